import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Riposte

/// `riposte watch`.
@Suite(.kafka, .timeLimit(.minutes(2))) struct WatchTests {
    /// Watches until `condition` holds for what was printed.
    private func watch(
        _ deployment: Deployment, _ arguments: [String], until condition: (CommandRun) async throws -> Bool
    ) async throws -> CommandRun {
        let run = CommandRun(deployment)
        let watching = Task { await Riposte.program.run(["watch"] + arguments, run.context) }
        do {
            try await eventually("it is printed") { try await condition(run) }
        } catch {
            watching.cancel()
            throw error
        }
        watching.cancel()
        #expect(await watching.value == .failed)
        return run
    }

    private func publish(_ deployment: Deployment, _ results: RemediationResult...) async throws {
        for result in results {
            try await deployment.publisher.publish(result, key: result.requestId, to: Topics.results)
        }
    }

    @Test("machines get each result as it stands on its topic, one a line") func json() async throws {
        let deployment = try await Deployment()
        try await publish(deployment, Sample.result(.accepted, version: 1), Sample.result(.succeeded, version: 2))
        try await deployment.send(raw: Array("rubbish".utf8), key: "r-1", to: Topics.results)
        try await deployment.send(raw: nil, key: "r-1", to: Topics.results)
        let unknown =
            #"{"requestId":"r-9","version":1,"state":"HELD","actions":[],"updatedAt":"2026-11-22T10:00:00.000Z","news":1}"#
        try await deployment.send(raw: Array(unknown.utf8), key: "r-9", to: Topics.results)
        let run = try await watch(deployment, ["--json", "--from-start"]) { $0.lines.count == 3 }
        let states = try run.lines.map { line in try RemediationResult(json: Array(line.utf8)).state }
        #expect(Set(states) == [.accepted, .succeeded, .held])
        #expect(run.lines.contains(Substring(unknown)))
    }

    @Test("one request or one malop can be picked out") func picked() async throws {
        let deployment = try await Deployment()
        var foreign = Sample.result(.succeeded, version: 1, id: "r-3")
        foreign.malopId = "other"
        try await publish(
            deployment, Sample.result(.succeeded, version: 1, id: "r-1"),
            Sample.result(.succeeded, version: 1, id: "r-2"), foreign)
        let byRequest = try await watch(deployment, ["--from-start", "--request", "r-2"]) { $0.lines.count == 1 }
        #expect(byRequest.output.contains("r-2: "))
        let byMalop = try await watch(deployment, ["--from-start", "--malop", "other"]) { $0.lines.count == 1 }
        #expect(byMalop.output.contains("r-3: "))
    }

    @Test("people get lines with the names that detections give") func names() async throws {
        let deployment = try await Deployment()
        var detection = Detection()
        detection.malopId = Sample.malop
        detection.machines = [Machine(guid: Sample.machine, name: "FIN-WS-014")]
        try await deployment.publisher.publish(detection, key: Sample.malop, to: Topics.detections)
        try await publish(deployment, Sample.result(.held, version: 1, reason: .halted))
        let run = try await watch(deployment, ["--from-start"]) { $0.lines.count == 1 }
        #expect(run.output.contains("held       r-1: KILL_PROCESS \(Sample.process) on FIN-WS-014: halted"))
    }

    @Test("without --from-start only what comes later is shown") func fromNow() async throws {
        let deployment = try await Deployment()
        try await publish(deployment, Sample.result(.succeeded, version: 1, id: "old"))
        // It says nothing when it begins; so it is told again until it has heard.
        let run = try await watch(deployment, ["--json"]) { run in
            try await publish(deployment, Sample.result(.held, version: 1, id: "new"))
            return !run.lines.isEmpty
        }
        #expect(!run.output.contains("\"old\""))
    }
}
