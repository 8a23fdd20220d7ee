import JSON
import Model
import Pipeline
import Policy
import Testing

@testable import Cybereason
@testable import Remediator

@Suite("Before a request is sent, every check is made in its order")
struct WaitingCourseTests {
    @Test("with nothing in the way, the first attempt is made")
    func ready() {
        #expect(CourseStory().next() == .fire(attempt: 1))
    }

    @Test("a request past its time ends as expired, whatever else holds")
    func expired() throws {
        var story = CourseStory(notAfter: CourseStory.start + .seconds(60))
        story.control = .halted(by: "operator", reason: nil)
        story.wait(.seconds(60))
        let written = story.writeNext()
        let draft = try #require(written)
        #expect(draft.state == .expired && draft.reason == .expired)
        #expect(story.request.end?.state == .expired)
        #expect(story.next() == .rest())
    }

    @Test("an action type that is not allowed is refused before the mode is looked at")
    func notAllowed() throws {
        var rules = ExecutionRules.testing
        rules.mode = .observe
        rules.allowedActions = [.quarantineFile]
        let story = CourseStory(rules)
        let draft = try #require(story.draft())
        #expect(draft.kind == .refused && draft.reason == .actionNotAllowed)
    }

    @Test("each obstacle holds with its own reason, said once, and the one before it in the order counts")
    func order() throws {
        var story = CourseStory()
        story.see(.offline)
        story.clockDifference = .seconds(31)
        story.control = .unknown
        let expected: [(Reason, (inout CourseStory) -> Void)] = [
            (.controlUnknown, { $0.control = .halted(by: "operator", reason: "drill") }),
            (.halted, { $0.control = .clear }),
            (.clockOff, { $0.clockDifference = .seconds(-30) }),
            (.machineOffline, { $0.see(.online) }),
        ]
        for (reason, remove) in expected {
            let written = story.writeNext()
            let draft = try #require(written)
            #expect(draft.kind == .held && draft.reason == reason)
            guard case .rest = story.next() else { return #expect(Bool(false), "\(reason) is said twice") }
            remove(&story)
        }
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("what comes and goes all the while is said at once a few times, then ever less often, with the last of it")
    func flapping() throws {
        var story = CourseStory()
        var said: [Duration] = []
        let start = story.now
        for second in 0..<600 {
            story.control = second.isMultiple(of: 2) ? .unknown : .halted(by: "operator", reason: nil)
            if story.writeNext() != nil { said.append(story.now - start) }
            story.wait(.seconds(1))
        }
        #expect(said.count > 20 && said.count < 40, "\(said)")
        let last = try #require(said.last)
        #expect(story.now - start - last <= .seconds(60))
        story.control = .halted(by: "operator", reason: nil)
        story.wait(.seconds(60))
        if story.request.reason != .halted { #expect(story.writeNext()?.reason == .halted) }
        story.control = .clear
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("who has halted and why stands in the detail")
    func haltDetail() throws {
        var story = CourseStory()
        story.control = .halted(by: "alice", reason: "drill")
        #expect(story.draft()?.detail == "halted by alice: drill")
    }

    @Test("while it is held, it wakes for its own deadline")
    func holdsUntilExpiry() {
        var story = CourseStory(notAfter: CourseStory.start + .seconds(60))
        story.control = .halted(by: "operator", reason: nil)
        story.writeNext()
        #expect(story.next() == .rest(until: story.now + .seconds(60)))
    }

    @Test("a machine that was never asked for, or too long ago, is asked for first")
    func asks() {
        var story = CourseStory()
        story.machines = [:]
        #expect(story.asks == ["m1"])
        story.see(.online)
        story.wait(story.rules.machineRecheck, refresh: false)
        #expect(story.asks == ["m1"])
    }

    @Test("a machine that is away is asked for again after a while")
    func offline() {
        var story = CourseStory()
        story.see(.offline)
        #expect(story.writeNext()?.reason == .machineOffline)
        #expect(story.next() == .rest(until: story.now + story.rules.machineRecheck))
        story.wait(story.rules.machineRecheck, refresh: false)
        #expect(story.asks == ["m1"])
    }

    @Test("a machine of which the console does not say whether it is connected is not taken for connected")
    func silent() {
        var story = CourseStory()
        story.see(.silent)
        #expect(story.draft()?.reason == .machineOffline)
    }

    @Test("a machine that the console does not know is refused")
    func unknown() {
        var story = CourseStory()
        story.see(.unknown)
        let draft = story.writeNext()
        #expect(draft?.kind == .refused && draft?.reason == .machineUnknown)
        #expect(story.request.end?.state == .refused)
    }

    @Test("a console that does not answer is shown after a few seconds, and tried again")
    func consoleAway() {
        var story = CourseStory()
        let (overdue, retryAt) = (story.now + .seconds(5), story.now + .seconds(8))
        story.machines["m1"] = MachineReading(
            wantedSince: story.now, failures: 1, failure: "unavailable: no", retryAt: retryAt)
        #expect(story.next() == .rest(until: overdue))
        story.wait(.seconds(5))
        let draft = story.writeNext()
        #expect(draft?.reason == .consoleUnavailable && draft?.detail == "unavailable: no")
        #expect(story.next() == .rest(until: retryAt))
        story.wait(.seconds(3))
        #expect(story.asks == ["m1"])
    }

    @Test("an answer that takes long is shown as missing, and still waited for")
    func silentConsole() {
        var story = CourseStory()
        let overdue = story.now + .seconds(5)
        story.machines["m1"] = MachineReading(wantedSince: story.now)
        #expect(story.next() == .ask(machines: ["m1"], orSayBy: overdue))
        story.wait(.seconds(5))
        let draft = story.writeNext()
        #expect(draft?.reason == .consoleUnavailable && draft?.detail == "the console has not answered yet")
        #expect(story.next() == .ask(machines: ["m1"]))
        let retryAt = story.now + .seconds(9)
        story.machines["m1"] = MachineReading(
            wantedSince: overdue - .seconds(5), failures: 1, failure: "timeout: no", retryAt: retryAt)
        #expect(story.writeNext()?.detail == "timeout: no", "the cause, now that it is known")
        #expect(story.next() == .rest(until: retryAt))
        story.see(.online)
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("a console that refuses our account is shown at once, in its words")
    func refusedAccount() {
        var story = CourseStory()
        let retryAt = story.now + .seconds(60)
        let words = "badCredentials: the console refused the user name or password"
        story.machines["m1"] = MachineReading(
            wantedSince: story.now, failures: 1, failure: words, retryAt: retryAt, needsPerson: true)
        let draft = story.writeNext()
        #expect(draft?.reason == .consoleUnavailable && draft?.detail == words)
        #expect(story.next() == .rest(until: retryAt))
    }

    @Test("an attempt for which our account was refused is shown at once")
    func refusedAttempt() {
        var story = CourseStory()
        story.fire(.notSent(NotSent(.accountRefused, "passwordExpired: change it", retryAfter: .seconds(60))))
        let draft = story.writeNext()
        #expect(draft?.reason == .consoleUnavailable && draft?.detail == "passwordExpired: change it")
        #expect(story.next() == .rest(until: story.now + .seconds(60)))
    }

    @Test("while the clocks disagree, the console goes on being asked, for its answers tell its time")
    func clock() {
        var story = CourseStory()
        story.clockDifference = .seconds(-31)
        #expect(story.writeNext()?.reason == .clockOff)
        #expect(story.next() == .rest(until: story.now + story.rules.machineRecheck))
        story.wait(story.rules.machineRecheck, refresh: false)
        #expect(story.asks == ["m1"])
    }

    @Test("another request on the same target is named in the refusal")
    func conflict() throws {
        var story = CourseStory()
        var other = RemediationRequest()
        other.actionsByMachine = story.request.request.actionsByMachine
        story.accept("other", other, CourseStory.start + .seconds(3600))
        var intent = LedgerFact(.intent, of: "other", attempt: 1, writer: "one", at: story.wall)
        intent.fireWithinMs = 1
        _ = story.ledger.apply(intent, logTime: story.wall)
        let written = story.writeNext()
        let draft = try #require(written)
        #expect(draft.reason == .alreadyOpen && draft.detail?.contains("other") == true)
        #expect(story.request.end?.state == .refused)
    }

    @Test("an attempt that was provably not sent is made again, not before the console allows it")
    func again() {
        var story = CourseStory()
        story.fire(.notSent(NotSent(.throttled, "too many requests", retryAfter: .seconds(3))))
        #expect(story.request.phase == .notSent)
        #expect(story.next() == .rest(until: story.now + .seconds(3)))
        story.wait(.seconds(3))
        #expect(story.next() == .fire(attempt: 2))
    }

    @Test("when attempts keep not getting through, the results show it")
    func keepsFailing() {
        var story = CourseStory()
        let overdue = story.now + story.rules.patience
        story.fire(.notSent(NotSent(.connection, "refused", retryAfter: .seconds(3))))
        story.wait(.seconds(3))
        story.fire(.notSent(NotSent(.connection, "refused again", retryAfter: .seconds(3))), attempt: 2)
        #expect(story.next() == .rest(until: overdue))
        story.wait(.seconds(2))
        let draft = story.writeNext()
        #expect(draft?.reason == .consoleUnavailable && draft?.detail?.contains("at last: refused again") == true)
        story.wait(.seconds(30))
        #expect(story.next() == .fire(attempt: 3))
    }

    @Test("an order that cannot be sent at all is refused")
    func unsendable() {
        var story = CourseStory()
        story.fire(.notSent(NotSent(.invalidOrder, "machine id is empty", retryAfter: nil)))
        let draft = story.writeNext()
        #expect(draft?.kind == .refused && draft?.detail == "machine id is empty")
    }

    @Test("an order that the client could not send for its own fault is not to blame: it is tried again")
    func malformed() {
        var story = CourseStory()
        story.fire(.notSent(NotSent(.malformed, "header Cookie is not one line", retryAfter: nil)))
        story.wait(.seconds(1))
        #expect(story.next() == .fire(attempt: 2))
    }
}
