import JSON
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Riposte

/// `riposte approve --list`.
@Suite struct WaitingListTests {
    private static let hour = Duration.seconds(3600)

    private static func asking(_ id: String, at time: Timestamp, notAfter: Timestamp?) -> RemediationResult {
        var result = Sample.result(.held, version: 2, id: id, reason: .approvalRequired)
        (result.acceptedAt, result.notAfter) = (time, notAfter)
        result.requestedBy = "soar"
        return result
    }

    @Test("each is one line: whose, since when, until when and what") func table() {
        var first = Self.asking("ticket-4711", at: Sample.time, notAfter: Sample.time + .seconds(5400))
        (first.requestReason, first.signedBy) = ("reported", "soar-2026")
        let second = Self.asking("r", at: Sample.time + .seconds(10), notAfter: nil)
        let now = Sample.time + .seconds(725)
        #expect(
            ApprovalText.table([first, second], Sample.names, now: now) == [
                "REQUEST      WAITS  EXPIRES    WHAT",
                "ticket-4711  12m    in 1h 17m  KILL_PROCESS inv_2291.exe on FIN-WS-014, asked by soar, signed by key soar-2026: reported",
                "r            11m    never      KILL_PROCESS inv_2291.exe on FIN-WS-014, asked by soar",
            ])
        #expect(ApprovalText.table([first], Sample.names, now: now + Self.hour + Self.hour)[1].contains("  now  "))
    }

    @Test("names and paths are those of the result; who approved in vain is said, and who else wants the same")
    func words() {
        var file = Self.asking("t-1", at: Sample.time, notAfter: nil)
        file.actions = [ActionResult(Sample.quarantine, state: .pending)]
        file.actions[0].targetName = "Remittance_Nov.xlsm"
        file.actions[0].targetPath = #"C:\Users\ann\Remittance_Nov.xlsm"#
        file.actions[0].machineName = "FIN-WS-014"
        file.approvedBy = ["alice"]
        file.objections = [ApprovalObjection(by: "alice", why: "they asked for it themselves")]
        var twin = Self.asking("t-2", at: Sample.time + .seconds(1), notAfter: nil)
        (twin.actions, twin.reason) = (file.actions, .halted)
        var ended = twin
        (ended.requestId, ended.state) = ("t-0", .refused)
        let other = Self.asking("t-3", at: Sample.time, notAfter: nil)
        let all = [other, ended, twin, file]
        let lines = ApprovalText.table([file], among: all, NameBook(), now: Sample.time)
        #expect(
            lines[1].hasSuffix(
                "QUARANTINE_FILE Remittance_Nov.xlsm on FIN-WS-014, asked by soar [same as t-2]"
                    + " [approved by alice, which does not count: they asked for it themselves]"))
        let question = ApprovalText.question(file, NameBook(), twins: ApprovalText.twins(of: file, in: all))
        #expect(question[1].contains("Remittance_Nov.xlsm (\(Sample.file)) at C:\\Users\\ann\\Remittance_Nov.xlsm on"))
        #expect(question.contains("  same as     request t-2, which is HELD"))
        #expect(question.last == "  approved by alice, which does not count: they asked for it themselves")
        let table = ApprovalText.table([other], NameBook(), now: Sample.time)
        #expect(table[1].contains("KILL_PROCESS \(Sample.process) (name not known) on \(Sample.machine)"))
    }

    @Test(
        "spans are said as people say them",
        arguments: [
            (0, "0s"), (59, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"), (3660, "1h 1m"), (86_400, "1d"),
            (100_000, "1d 3h"), (-5, "0s"),
        ])
    func span(_ seconds: Int64, _ words: String) {
        #expect(ApprovalText.span(from: Sample.time, to: Sample.time + .seconds(seconds)) == words)
    }

    @Test(
        "what waits for an approval by its newest result is listed, the oldest first", .kafka, .timeLimit(.minutes(2)))
    func list() async throws {
        let deployment = try await Deployment()
        let run = CommandRun(deployment)
        #expect(await run.run("approve", "--list") == .done)
        #expect(run.output == "nothing waits for an approval\n")
        var gone = Self.asking("gone", at: Sample.time, notAfter: nil)
        let results = [
            Self.asking("second", at: Sample.time + Self.hour, notAfter: nil),
            Self.asking("first", at: Sample.time, notAfter: nil), gone,
            Sample.result(.held, version: 1, id: "offline", reason: .machineOffline),
        ]
        (gone.version, gone.state) = (3, .denied)
        for result in results + [gone] {
            try await deployment.publisher.publish(result, key: result.requestId, to: Topics.results)
        }
        let full = CommandRun(deployment)
        #expect(await full.run("approve", "--list") == .done)
        #expect(full.lines.map { $0.prefix { $0 != " " } } == ["REQUEST", "first", "second", "riposte"])
        let machine = CommandRun(deployment)
        #expect(await machine.run("approve", "--list", "--json") == .done)
        let ids = try machine.lines.map { try RemediationResult(json: Array($0.utf8)).requestId }
        #expect(ids == ["first", "second"])
        #expect(try await deployment.events(of: Topics.decisions).isEmpty)
    }
}
