import JSON
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Riposte

/// `riposte policy check` and `riposte policy test` as they are typed.
@Suite struct PolicyTestCommandTests {
    private func recorded() throws -> TemporaryFile {
        try TemporaryFile(String(decoding: PolicyTrialTests.detection().json(), as: UTF8.self) + "\n")
    }

    @Test("a policy is tried on a file and compared with the running one") func file() async throws {
        let new = try TemporaryFile(PolicyTrialTests.text("enforce"))
        let running = try TemporaryFile(PolicyTrialTests.text("observe"))
        let detections = try recorded()
        let run = CommandRun(environment: ["POLICY_FILE": running.path])
        #expect(await run.run("policy", "test", new.path, "--detections", detections.path) == .done)
        #expect(run.errors.isEmpty)
        #expect(
            run.lines.first == "against \(running.path): mode observe is now enforce")
        #expect(run.lines.count == 4)
        let summary = "2 requests of 1 detection: 1 enforce, 0 approve, 1 observe, 0 refused"
        #expect(run.lines.last.map(String.init) == summary + "; 0 new (+), 0 gone (-), 1 other (~), 1 as now")

        let alone = CommandRun()
        #expect(await alone.run("policy", "test", new.path, "--detections", detections.path) == .done)
        #expect(alone.lines.last == "2 requests of 1 detection: 1 enforce, 0 approve, 1 observe, 0 refused")
    }

    @Test("mistakes of either policy are named, with 78") func mistakes() async throws {
        let broken = try TemporaryFile("mode: all\n")
        let right = try TemporaryFile(PolicyTrialTests.text())
        for (new, running) in [(broken, right), (right, broken)] {
            let run = CommandRun()
            #expect(
                await run.run("policy", "test", new.path, "--against", running.path, "--detections", "/dev/null")
                    == .configuration)
            #expect(run.errors.contains("\(broken.path):1: mode: 'all' is not a mode"))
        }
    }

    @Test("a file without detections is a mistake, an empty one is not") func noDetections() async throws {
        let policy = try TemporaryFile(PolicyTrialTests.text())
        let text = try TemporaryFile("nothing\n")
        let run = CommandRun()
        #expect(await run.run("policy", "test", policy.path, "--detections", text.path) == .usage)
        #expect(run.errors.contains("line 1"))
        let empty = CommandRun()
        #expect(await empty.run("policy", "test", policy.path, "--detections", "/dev/null") == .done)
        #expect(empty.lines.last == "0 requests of 0 detections: 0 enforce, 0 approve, 0 observe, 0 refused")
    }

    @Test("without a file the topic's detections are taken, the newest so many", .kafka, .timeLimit(.minutes(2)))
    func live() async throws {
        let deployment = try await Deployment()
        for number in 1...3 {
            let detection = PolicyTrialTests.detection("11.\(number)", at: Int64(number) * 1000)
            _ = try await deployment.publisher.publish(
                detection, key: detection.detection.malopId, to: Topics.enrichedDetections)
        }
        try await deployment.send(raw: Array("not json".utf8), key: "11.9", to: Topics.enrichedDetections)
        let policy = try TemporaryFile(PolicyTrialTests.text())
        let run = CommandRun(deployment)
        #expect(await run.run("policy", "test", policy.path, "--last", "2") == .done)
        #expect(run.lines.last == "4 requests of 2 detections: 0 enforce, 0 approve, 4 observe, 0 refused")
        #expect(!run.output.contains("malop 11.1;"))
    }

    @Test("policy check says what there is, and how far it goes where") func check() async throws {
        let policy = try TemporaryFile(
            PolicyTrialTests.text(
                more: """
                    groups:
                      - {name: ws, match: {name: ["ws-*"]}, mode: approve}
                      - {name: dc, match: {name: ["dc-*"]}, protected: true}
                    """))
        let run = CommandRun()
        #expect(await run.run("policy", "check", policy.path) == .done)
        #expect(
            run.lines.dropFirst() == [
                "  observe on machines of no group with a mode", "  nothing on machines of group 'dc'",
                "  approve on machines of group 'ws'", "  observe at most by 1 rule", "  approve at most by 1 rule",
            ])
        #expect(run.lines.first?.contains("2 rules, 2 groups, 0 entries for requesters, 0 keys") == true)
        #expect(run.errors.contains("warning: something waits for an approval, and decisions need not be signed"))
        let signed = CommandRun(environment: ["REMEDIATOR_SIGNATURES": "required"])
        #expect(await signed.run("policy", "check", policy.path) == .done)
        #expect(signed.errors.contains("nobody can approve it"))
    }
}
