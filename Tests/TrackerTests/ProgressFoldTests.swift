internal import JSON
internal import Model
internal import Testing

@testable import Cybereason
@testable import Tracker

@Suite("The log of a remediation, folded")
struct ProgressFoldTests {
    static let one = Samples.kill("p1")
    static let two = Samples.kill("p2")

    /// A log's words in order, what they come to, and the word that is shown.
    static let courses: [(words: [String], state: ActionState, shown: String?)] = [
        ([], .pending, nil),
        (["PENDING"], .pending, "PENDING"),
        (["PENDING", "IN_PROGRESS"], .inProgress, "IN_PROGRESS"),
        (["PENDING", "IN_PROGRESS", "SUCCESS"], .succeeded, "SUCCESS"),
        (["PENDING", "FAILURE"], .failed, "FAILURE"),
        (["FAILED"], .failed, "FAILED"),
        (["PENDING", "ABORTED"], .aborted, "ABORTED"),
        (["PENDING", "PROBE_ON_HOLIDAY"], .inProgress, "PROBE_ON_HOLIDAY"),
        (["SUCCESS", "SUCCESS"], .succeeded, "SUCCESS"),
        (["FAILURE", "IN_PROGRESS"], .inProgress, "IN_PROGRESS"),
    ]

    @Test("the last word of an action counts, and one that is not known is no end", arguments: courses)
    func course(words: [String], state: ActionState, shown: String?) {
        let report = Samples.report(words.map { Samples.line($0, Self.one) })
        let action = ProgressFold.fold(report, of: [Self.one]).actions[0]
        #expect(action.state == state)
        #expect(action.platformStatus == shown)
        #expect(action.target == Self.one)
    }

    @Test("the vendor's own answer, whose line has no target, ends the one action that it can be about")
    func tutorial() throws {
        let report = try Samples.report(
            json: """
                {"malopId": "11.2718161727221199870", "remediationId": "86f3faa1-bac0-4a17-9192-9d106b734664",
                 "start": 1518604850656, "end": 1518604850744, "initiatingUser": "admin@myserver.com",
                 "statusLog": [{"machineId": "-1632138521.1198775089551518743", "targetId": null, "status": "SUCCESS",
                                "actionType": "KILL_PROCESS", "timestamp": 1518604850714}]}
                """)
        let progress = ProgressFold.fold(report, of: [Samples.kill("-1632138521.1198775089551518743")])
        #expect(progress.actions.map(\.state) == [.succeeded])
        #expect(progress.actions[0].updatedAt == Timestamp(milliseconds: 1_518_604_850_714))
        #expect(progress.isOver && progress.strays.isEmpty)
    }

    @Test("a failure is told in the console's words, with its code")
    func failure() throws {
        let report = try Samples.report(
            json: """
                {"malopId": "x", "remediationId": "y", "start": 1, "end": 2, "initiatingUser": "u", "statusLog": [
                 {"machineId": "m", "targetId": "t", "status": "PENDING", "actionType": "QUARANTINE_FILE", "timestamp": 1},
                 {"machineId": "m", "targetId": "t", "status": "FAILURE", "actionType": "QUARANTINE_FILE", "timestamp": 2,
                  "error": {"message": "Failed to get ProbeRemediationRequest for action: com.cybereason.commads.\
                remediation.RemediationAction@1. Ignoring remediation action.", "errorType": "INVALID_ARGUMENT"}}]}
                """)
        let action = ProgressFold.fold(report, of: [Samples.quarantine("t", on: "m")]).actions[0]
        #expect(action.state == .failed)
        #expect(action.errorType == "INVALID_ARGUMENT")
        #expect(action.error?.hasPrefix("Failed to get ProbeRemediationRequest") == true)
    }

    @Test("the last line may be an end while the console's own end is null or left out", arguments: ["null", nil])
    func endIsLate(end: String?) throws {
        let member = end.map { "\"end\": \($0)," } ?? ""
        let report = try Samples.report(
            json: """
                {"malopId": "NOMALOP", "remediationId": "00000000-0", "start": 1700000000000, \(member)
                 "initiatingUser": "u", "statusLog": [
                 {"machineId": "AAAAM1111MachGUI", "targetId": "AAAAP1111ProcGUI", "status": "PENDING",
                  "actionType": "KILL_PROCESS", "error": null, "timestamp": 1700000001292, "empty": false},
                 {"machineId": "AAAAM1111MachGUI", "targetId": "AAAAP1111ProcGUI", "status": "SUCCESS",
                  "actionType": "KILL_PROCESS", "error": null, "timestamp": 1700000001422, "empty": false}],
                 "empty": false}
                """)
        let progress = ProgressFold.fold(report, of: [Samples.kill("AAAAP1111ProcGUI", on: "AAAAM1111MachGUI")])
        #expect(progress.actions.map(\.state) == [.succeeded])
        #expect(!progress.isOver)
    }

    @Test("lines count by their time, and by their place where the times are equal or missing")
    func order() {
        let late = Samples.time + .seconds(100)
        let disordered = Samples.report([
            Samples.line("SUCCESS", Self.one, at: late), Samples.line("PENDING", Self.one, at: Samples.time),
        ])
        #expect(ProgressFold.fold(disordered, of: [Self.one]).actions[0].state == .succeeded)
        let atOnce = Samples.report([
            Samples.line("PENDING", Self.one, at: late), Samples.line("SUCCESS", Self.one, at: late),
        ])
        #expect(ProgressFold.fold(atOnce, of: [Self.one]).actions[0].state == .succeeded)
        var timeless = Samples.report([Samples.line("PENDING", Self.one, at: late), Samples.line("SUCCESS", Self.one)])
        timeless.statusLog[1].timestamp = nil
        #expect(ProgressFold.fold(timeless, of: [Self.one]).actions[0].state == .succeeded)
    }

    @Test("each target has its own course in the one log")
    func severalTargets() {
        let file = Samples.quarantine("f1")
        let report = Samples.report([
            Samples.line("PENDING", Self.one), Samples.line("PENDING", file), Samples.line("SUCCESS", Self.one),
            Samples.line("FAILURE", file, error: "no"),
        ])
        let progress = ProgressFold.fold(report, of: [Self.one, file])
        #expect(progress.actions.map(\.state) == [.succeeded, .failed])
        #expect(progress.actions.map(\.error) == [nil, "no"])
    }

    @Test("a line without a target is about the only action of its machine and kind")
    func namelessAndUnambiguous() {
        let file = Samples.quarantine("f1")
        let elsewhere = Samples.kill("p1", on: "other")
        let report = Samples.report([
            Samples.line("SUCCESS", file, named: false), Samples.line("FAILURE", elsewhere, named: false),
        ])
        let progress = ProgressFold.fold(report, of: [Self.one, file, elsewhere])
        #expect(progress.actions.map(\.state) == [.pending, .succeeded, .failed])
    }

    @Test("lines without a target end several actions only together, and only if they agree")
    func namelessAndAmbiguous() {
        func states(_ words: [String]) -> [ActionState] {
            let report = Samples.report(words.map { Samples.line($0, Self.one, named: false) })
            return ProgressFold.fold(report, of: [Self.one, Self.two]).actions.map(\.state)
        }
        #expect(states(["SUCCESS"]) == [.pending, .pending], "whose it is, nobody can tell")
        #expect(states(["PENDING", "PENDING", "SUCCESS"]) == [.pending, .pending])
        #expect(states(["IN_PROGRESS", "SUCCESS"]) == [.inProgress, .inProgress])
        #expect(states(["PENDING", "PENDING", "SUCCESS", "SUCCESS"]) == [.succeeded, .succeeded])
        #expect(states(["SUCCESS", "FAILURE"]) == [.pending, .pending])
        #expect(states(["FAILURE", "FAILED"]) == [.failed, .failed])
    }

    @Test("where the log names one of two, a line without a target is the other's")
    func namelessRest() {
        let report = Samples.report([
            Samples.line("SUCCESS", Self.one), Samples.line("FAILURE", Self.two, named: false),
        ])
        #expect(ProgressFold.fold(report, of: [Self.one, Self.two]).actions.map(\.state) == [.succeeded, .failed])
    }

    @Test("what nobody asked for is kept apart")
    func strays() {
        let report = Samples.report([
            Samples.line("SUCCESS", Samples.kill("stranger")), Samples.line("PENDING", Self.one),
            Samples.line("SUCCESS", Samples.quarantine("p1")), Samples.line("SUCCESS", Samples.kill("p1", on: "m2")),
        ])
        let progress = ProgressFold.fold(report, of: [Self.one])
        #expect(progress.actions.map(\.state) == [.pending])
        #expect(progress.strays.count == 3)
    }

    @Test("long words of the console are cut, so that a result can always be sent")
    func longWords() {
        let report = Samples.report([
            Samples.line("FAILURE", Self.one, error: String(repeating: "x", count: 100_000), errorType: "E")
        ])
        #expect(ProgressFold.fold(report, of: [Self.one]).actions[0].error?.count == 1000)
    }
}
