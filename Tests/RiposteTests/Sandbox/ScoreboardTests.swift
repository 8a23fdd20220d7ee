import JSON
import Kafka
import Model
import Testing

@testable import Riposte

/// Whether a play went as expected.
@Suite struct ScoreboardTests {
    private let play: Play
    private var plannedID: String { RemediationRequest.plannedID(malopId: Sample.malop, target: Sample.kill) }
    private let place = RecordPosition(topic: "riposte.remediation.requests", partition: 1, offset: 7)

    init() throws {
        play = try Play(
            json: Array(
                """
                {"requests": [{"name": "plain", "body":
                    {"actionsByMachine": {"9.1": [{"targetId": "9.2", "actionType": "QUARANTINE_FILE"}]}}}],
                 "expect": [
                    {"what": "planned", "malopId": "\(Sample.malop)", "machineId": "\(Sample.machine)",
                     "targetId": "\(Sample.process)", "actionType": "KILL_PROCESS", "end": "SUCCEEDED",
                     "through": ["machine-offline"]},
                    {"what": "from outside", "request": "plain", "end": "FAILED"}],
                 "quiet": [{"what": "left alone", "malopId": "quiet-1"}]}
                """.utf8))
    }

    private var posts: [Post] {
        [
            Post(malopId: Sample.malop, actions: [Sample.kill]),
            Post(
                malopId: nil,
                actions: [ActionTarget(machineId: "9.1", targetId: "9.2", actionType: .quarantineFile)]),
        ]
    }

    /// A score on which everything went well.
    private var good: Scoreboard {
        var score = Scoreboard(play)
        score.published("plain", at: place)
        score.take(Sample.result(.held, version: 1, id: plannedID, reason: .machineOffline))
        score.take(Sample.result(.succeeded, version: 2, id: plannedID, reason: .completed))
        score.take(outside(.failed))
        score.take(verdicts(complete: true))
        return score
    }

    @Test("a request is undone once its end is verified, and its undo is expected like any other") func undo() throws {
        var play = try Play(
            json: Array(
                """
                {"requests": [{"name": "cut", "body": {"requestId": "t-1",
                    "actionsByMachine": {"9.1": [{"targetId": "9.1", "actionType": "ISOLATE_MACHINE"}]}}}],
                 "expect": [
                    {"what": "isolated", "request": "cut", "end": "SUCCEEDED"},
                    {"what": "let back", "undoOf": "cut", "end": "SUCCEEDED"}], "quiet": []}
                """.utf8))
        #expect(play.mistake == nil)
        let isolate = ActionTarget(machineId: "9.1", targetId: "9.1", actionType: .isolateMachine)
        var score = Scoreboard(play)
        var result = Sample.result(.succeeded, version: 1, id: "t-1", actions: [(isolate, .succeeded)])
        result.malopId = nil
        result.actions[0].undo = UndoReceipt(.unisolateMachine, targetId: "9.1")
        result.verification = .pending
        score.take(result)
        let early = score.undo(result)
        #expect(early == nil && !score.isComplete)
        result.verification = .verified
        let asked = score.undo(result)
        let undo = try #require(asked)
        let again = score.undo(result)
        #expect(again == nil, "once")
        score.take(Sample.result(.succeeded, version: 1, id: try #require(undo.requestId)))
        #expect(score.isComplete)
        func post(_ kind: String, _ type: ActionType) -> Post {
            Post(kind: kind, malopId: nil, actions: [ActionTarget(machineId: "9.1", targetId: "", actionType: type)])
        }
        let journal = [post("isolate", .isolateMachine), post("un-isolate", .unisolateMachine)]
        #expect(score.isAsExpected(journal: journal) && !score.isAsExpected(journal: [journal[0]]))
        play.expect[1].undoOf = "another"
        #expect(play.mistake == "expect[1].undoOf: no request is called 'another'")
    }

    private func outside(_ state: RequestState) -> RemediationResult {
        var result = Sample.result(state, version: 1, id: "hash-of-the-record")
        result.source = Origin(topic: place.topic, partition: 1, offset: 7, timestamp: Sample.time)
        return result
    }

    private func verdicts(complete: Bool) -> EnrichedDetection {
        var enriched = EnrichedDetection()
        enriched.detection.malopId = "quiet-1"
        enriched.complete = complete
        return enriched
    }

    @Test("every end as expected, and the console asked for exactly that, is a success") func success() {
        #expect(good.isComplete)
        #expect(good.isAsExpected(journal: posts))
        #expect(good.rows.map(\.isAsExpected) == [true, true, true])
        #expect(good.rows.map(\.request) == [plannedID, "hash-of-the-record", nil])
        #expect(good.expectedPosts == posts)
    }

    @Test("nothing has come yet: everything is missing") func nothing() {
        let score = Scoreboard(play)
        #expect(!score.isComplete)
        #expect(score.missing == ["planned: no result", "from outside: no result", "left alone: no verdicts"])
    }

    @Test("an end that is another one is a failure, and the play is over with it") func otherEnd() {
        var score = good
        score.take(Sample.result(.failed, version: 3, id: plannedID))
        #expect(score.isComplete)
        #expect(!score.isAsExpected(journal: posts))
    }

    @Test("an open state is no end") func open() {
        var score = Scoreboard(play)
        score.take(Sample.result(.held, version: 1, id: plannedID, reason: .machineOffline))
        #expect(score.rows[0].actual == "HELD")
        #expect(!score.rows[0].isDone && !score.rows[0].isAsExpected)
    }

    @Test("an end without the expected way there is a failure that says what was skipped") func skipped() {
        var score = Scoreboard(play)
        score.take(Sample.result(.succeeded, version: 1, id: plannedID))
        #expect(score.rows[0].isDone && !score.rows[0].isAsExpected)
        #expect(score.rows[0].what == "planned (was never machine-offline)")
    }

    @Test("a request that nobody expected is a failure") func unexpected() {
        var score = good
        score.take(Sample.result(.observed, version: 1, id: "stranger"))
        #expect(score.rows.last?.request == "stranger")
        #expect(!score.isAsExpected(journal: posts))
    }

    @Test("a sender without an id is found by the place of its record, and by no other") func byPlace() {
        var score = Scoreboard(play)
        score.published("plain", at: RecordPosition(topic: place.topic, partition: 1, offset: 8))
        score.take(outside(.failed))
        #expect(score.rows[1].actual == "no result")
        #expect(score.rows.last?.request == "hash-of-the-record")
    }

    @Test("a detection to be left alone fails with the first request for it, and waits for its verdicts") func quiet() {
        var score = Scoreboard(play)
        score.take(verdicts(complete: false))
        #expect(!score.rows[2].isDone)
        score.take(verdicts(complete: true))
        #expect(score.rows[2].isDone && score.rows[2].isAsExpected)
        var request = RemediationRequest()
        request.malopId = "quiet-1"
        score.take(request)
        #expect(!score.rows[2].isAsExpected)
        #expect(score.rows[2].actual == "1 requests")
    }

    @Test("one post too many, too few or twice is a failure") func journal() {
        #expect(!good.isAsExpected(journal: Array(posts.dropLast())))
        #expect(!good.isAsExpected(journal: posts + [posts[0]]))
        #expect(!good.isAsExpected(journal: posts + [Post(kind: "abort", malopId: Sample.malop, actions: [])]))
        #expect(good.isAsExpected(journal: posts.reversed()))
    }

    @Test("a problem beside the requests is a failure") func problem() {
        var story = SandboxStory(play, NameBook())
        _ = story.take(.ended(service: "tracker", "ended with code 1"), now: Sample.time)
        #expect(story.score.problems == ["ended: tracker ended with code 1"])
        var score = good
        score.note("x")
        #expect(!score.isAsExpected(journal: posts))
    }

    @Test("the table says of each row whether it is as it should be, within a terminal's width") func table() {
        var score = good
        score.take(Sample.result(.observed, version: 1, id: "stranger\u{1B}[2J"))
        let lines = Summary.table(score.rows, Style(isColoured: false), width: 100)
        #expect(lines.count == 5)
        #expect(lines.allSatisfy { $0.count <= 100 && !$0.contains("\u{1B}") })
        #expect(lines[1].hasSuffix("SUCCEEDED    SUCCEEDED    yes"))
        #expect(lines[4].hasSuffix("NO"))
        #expect(Set(lines.dropLast().dropFirst().map(\.count)).count == 1)
        let long = [
            Scoreboard.Row(
                request: "r", what: String(repeating: "why ", count: 50), expected: "FAILED", actual: "FAILED",
                isDone: true, isAsExpected: true)
        ]
        #expect(Summary.table(long, Style(isColoured: false), width: 100)[1].count == 100)
        let whole = Summary.table(long, Style(isColoured: false), width: nil)[1]
        #expect(whole.contains(String(repeating: "why ", count: 50)))
    }

    @Test("what the console was asked for is said, and each difference") func journalLines() {
        #expect(
            Summary.journal(expected: posts, made: posts) == [
                "The console's journal has 2 remediations, exactly those expected."
            ])
        let lines = Summary.journal(expected: posts, made: [posts[0], posts[0]])
        #expect(lines.count == 3)
        #expect(lines[1].hasPrefix("  missing: remediate: QUARANTINE_FILE of 9.2"))
        #expect(lines[2].hasPrefix("  not expected: remediate for malop \(Sample.malop)"))
    }
}
