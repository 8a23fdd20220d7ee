import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Riposte

/// `riposte request` against Kafka, with a tracker that says what the test wants.
@Suite(.kafka, .timeLimit(.minutes(2))) struct RequestWaitTests {
    private static let flags = ["--machine", Sample.machine, "--action", "KILL_PROCESS:\(Sample.process)"]

    /// Answers the first request with these states, as a tracker does.
    private func answer(_ deployment: Deployment, _ states: [RequestState]) async throws -> RemediationRequest {
        try await eventually("a request is published") {
            try await !deployment.events(of: Topics.requests).isEmpty
        }
        let request = try #require(try await deployment.events(of: Topics.requests).first)
        let id = try #require(request.requestId)
        // Somebody else's result is not ours.
        try await deployment.publisher.publish(
            Sample.result(.refused, version: 1, id: "other"), key: "other", to: Topics.results)
        for (index, state) in states.enumerated() {
            let result = Sample.result(state, version: Int64(index + 1), id: id)
            try await deployment.publisher.publish(result, key: id, to: Topics.results)
        }
        return request
    }

    @Test("a request is published with an id, and the id is printed") func publishes() async throws {
        let deployment = try await Deployment()
        let run = CommandRun(deployment)
        #expect(await Riposte.program.run(["request"] + Self.flags, run.context) == .done)
        let written = try await deployment.received(of: Topics.requests)
        let request = try #require(written.first?.event)
        let id = try #require(request.requestId)
        #expect(written.count == 1)
        #expect(written.first?.record.keyText == id)
        #expect(run.output.contains("request \(id) published"))
        #expect(request.initiatorUserName == "mallory")
        #expect(request.requestedAt != nil)
    }

    @Test("a body is published as it says, under the given id") func body() async throws {
        let deployment = try await Deployment()
        let file = try TemporaryFile(
            #"{"malopId": "11.1", "actionsByMachine": {"1.1": [{"targetId": "5.2", "actionType": "BLOCK_FILE"}]}}"#)
        let run = CommandRun(deployment)
        #expect(await run.run("request", "--body", file.path, "--id", "ticket-1") == .done)
        let request = try #require(try await deployment.events(of: Topics.requests).first)
        #expect(request.requestId == "ticket-1")
        #expect(request.malopId == "11.1")
        #expect(request.initiatorUserName == nil)
    }

    @Test("it ends when it is refused for its signature, which is told under another id and names its place")
    func refusedElsewhere() async throws {
        let deployment = try await Deployment()
        let run = CommandRun(deployment)
        async let ended = Riposte.program.run(["request"] + Self.flags + ["--wait"], run.context)
        try await eventually("a request is published") {
            try await !deployment.events(of: Topics.requests).isEmpty
        }
        let record = try #require(try await deployment.received(of: Topics.requests).first?.record)
        for (id, offset) in [("not-ours", record.offset + 1), ("made-up", record.offset)] {
            var result = Sample.result(.refused, version: 1, id: id, reason: .signatureMissing)
            result.source = Origin(
                topic: record.topic, partition: Int(record.partition), offset: offset, timestamp: Sample.time)
            result.detail = "of \(id)"
            try await deployment.publisher.publish(result, key: id, to: Topics.results)
        }
        #expect(await ended == .failed)
        #expect(run.output.contains("signature-missing: of made-up") && !run.output.contains("not-ours"))
    }

    @Test(
        "it waits for the end and says by its code whether it was a good one",
        arguments: [
            ([.accepted, .submitted, .succeeded], ExitCode.done), ([.observed], .done),
            ([.held, .refused], .failed), ([.accepted, .partial], .failed), ([.expired], .failed),
        ] as [([RequestState], ExitCode)])
    func waits(_ states: [RequestState], _ code: ExitCode) async throws {
        let deployment = try await Deployment()
        let run = CommandRun(deployment)
        async let ended = Riposte.program.run(["request", "--wait"] + Self.flags, run.context)
        let request = try await answer(deployment, states)
        #expect(await ended == code)
        let last = try #require(states.last)
        #expect(run.lines.last?.contains("\(last.rawValue)  ") == true)
        #expect(run.lines.first == "request \(try #require(request.requestId)) published")
        #expect(!run.output.contains("other"))
    }

    @Test("the same id again finds the end that it had") func again() async throws {
        let deployment = try await Deployment()
        try await deployment.publisher.publish(
            Sample.result(.succeeded, version: 3, id: "ticket-2"), key: "ticket-2", to: Topics.results)
        let run = CommandRun(deployment)
        let arguments = ["request", "--wait", "--id", "ticket-2"] + Self.flags
        #expect(await Riposte.program.run(arguments, run.context) == .done)
    }

    @Test("without an end in time it gives up with 1, and says that the request goes on") func timeout() async throws {
        let deployment = try await Deployment()
        let run = CommandRun(deployment)
        let arguments = ["request", "--wait", "--timeout", "1"] + Self.flags
        #expect(await Riposte.program.run(arguments, run.context) == .failed)
        #expect(run.errors.contains("no end within 1 s"))
        #expect(try await deployment.events(of: Topics.requests).count == 1)
    }
}
