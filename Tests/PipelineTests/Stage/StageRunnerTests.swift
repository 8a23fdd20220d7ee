import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@Suite("A stage", .kafka, .timeLimit(.minutes(2))) struct StageRunnerTests {
    struct Away: Error {}

    @Test("handles records of one key in their order and others beside them")
    func order() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let seen = Collector<RemediationDecision>()
        let gate = AsyncGate()
        let stage = try instance.stage { received in
            if received.event.requestId == "key-0" { try await gate.wait() }
            seen.append(received.event)
        }
        try await running(stage) {
            for number in 0..<60 {
                let key = "key-\(number % 6)"
                try await deployment.publisher.publish(
                    Samples.decision(key, by: "\(number)"), key: key, to: Topics.decisions)
            }
            try await eventually("all other keys are handled") { seen.count == 50 }
            gate.open()
            try await eventually("the slow one too") { seen.count == 60 }
        }
        for key in 0..<6 {
            let numbers = seen.items.filter { $0.requestId == "key-\(key)" }.map(\.decidedBy)
            #expect(numbers == stride(from: key, to: 60, by: 6).map { "\($0)" })
        }
        #expect(instance.metrics.contains(#"riposte_records_handled_total{stage="test"} 60"#))
        #expect(instance.metrics.contains(#"riposte_stage_event_age_seconds_count{stage="test"} 60"#))
    }

    @Test("waits for a dependency that is away: nothing is lost, nothing is a dead letter")
    func dependencyAway() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let isAway = Switchable(true)
        let tries = Collector<String>()
        let seen = Collector<String>()
        let stage = try instance.stage { received in
            tries.append(received.event.requestId)
            if isAway.value { throw Away() }
            seen.append(received.event.requestId)
        }
        let ids = (0..<20).map { "r-\($0)" }
        try await running(stage) {
            for id in ids {
                try await deployment.publisher.publish(Samples.decision(id), key: id, to: Topics.decisions)
            }
            try await eventually("each was tried, some twice") { Set(tries.items).count == 20 && tries.count > 30 }
            #expect(seen.count == 0)
            isAway.value = false
            try await eventually("all are handled") { seen.count == 20 }
        }
        #expect(Set(seen.items) == Set(ids))
        #expect(try await deployment.events(of: Topics.deadLetters).isEmpty)
    }

    @Test("what it logs about a record says where that stands, its key, event and trace")
    func context() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let event = Samples.decision("r-1")
        let failed = Switchable(false)
        let stage = try instance.stage { _ in
            defer { failed.value = true }
            if !failed.value { throw Away() }
        }
        let logged = instance.log
        try await running(stage) {
            try await deployment.publisher.publish(event, key: "r-1", to: Topics.decisions)
            try await eventually("it is tried again") { logged.contains(message: "record will be tried again") }
        }
        let line = try #require(logged.lines.first { $0.contains("record will be tried again") })
        let trace = TraceContext(startingAt: event.eventID).header
        for part in [
            #""event.id":"\#(event.eventID)""#, #""event.type":"riposte.remediation-decision.v1""#,
            #""traceparent":"\#(trace)""#, #""kafka.key":"r-1""#, #""kafka.offset":0"#, #""kafka.partition":"#,
            #""kafka.topic":"\#(deployment.connection.name(of: Topics.decisions))""#, #""request.id":"r-1""#,
            #""attempt":1"#,
        ] { #expect(line.contains(part), "\(part)") }
    }

    @Test("records that cannot be used go to the dead letters with their reason, and the next one is handled")
    func deadLetters() async throws {
        let deployment = try await Deployment(partitions: 1)
        let instance = try Instance(deployment)
        let seen = Collector<String>()
        let stage = try instance.stage { received in
            if received.event.requestId == "bad" { throw Unusable(.idReused, "was there before") }
            seen.append(received.event.requestId)
        }
        try await running(stage) {
            try await deployment.send(raw: Array("junk".utf8), key: "k", to: Topics.decisions)
            try await deployment.send(raw: Array(#"{"requestId":1}"#.utf8), key: "k", to: Topics.decisions)
            try await deployment.send(raw: Array(#"{"schemaVersion":9}"#.utf8), key: "k", to: Topics.decisions)
            try await deployment.send(raw: nil, key: "k", to: Topics.decisions)
            try await deployment.publisher.publish(Samples.decision("bad"), key: "k", to: Topics.decisions)
            try await deployment.publisher.publish(Samples.decision("good"), key: "k", to: Topics.decisions)
            try await eventually("the good one is handled") { seen.items == ["good"] }
        }
        let letters = try await deployment.events(of: Topics.deadLetters).sorted { $0.origin.offset < $1.origin.offset }
        #expect(letters.map(\.reason) == [.notJSON, .wrongSchema, .unknownVersion, .empty, .idReused])
        #expect(letters.map(\.origin.offset) == [0, 1, 2, 3, 4])
        #expect(instance.metrics.contains(#"riposte_records_handled_total{stage="test"} 6"#))
    }

    @Test("what Kafka will never take is tried once and makes a dead letter of its record; the next one is handled")
    func refused() async throws {
        let deployment = try await Deployment(partitions: 1)
        let instance = try Instance(deployment)
        let tries = Collector<String>()
        let stage = try instance.stage { received in
            tries.append(received.event.requestId)
            guard received.event.requestId == "huge" else { return }
            var event = received.event
            event.reason = String(repeating: "x", count: 3 << 20)
            try await instance.publisher.publish(event, key: "huge", to: Topics.decisions)
        }
        try await running(stage) {
            for id in ["huge", "next"] {
                try await deployment.publisher.publish(Samples.decision(id), key: "k", to: Topics.decisions)
            }
            try await eventually("the next is handled") { tries.items == ["huge", "next"] }
        }
        let letters = try await deployment.events(of: Topics.deadLetters)
        #expect(letters.map(\.reason) == [.tooLarge] && letters.first?.origin.offset == 0)
    }

    @Test("with a client that is beyond repair nothing is tried again, and nothing is done with")
    func hopeless() async throws {
        let deployment = try await Deployment(partitions: 1)
        let tries = Collector<String>()
        let one = try Instance(deployment)
        try await running(
            one.stage { received in
                tries.append(received.event.requestId)
                throw KafkaError(.fatal, isFatal: true)
            }
        ) {
            try await deployment.publisher.publish(Samples.decision("a"), key: "a", to: Topics.decisions)
            try await eventually("it was tried") { tries.count == 1 }
        }
        #expect(tries.items == ["a"] && !one.metrics.contains(#"riposte_records_handled_total{stage="test"} 1"#))
        let two = try Instance(deployment)
        try await running(two.stage { tries.append("again \($0.event.requestId)") }) {
            try await eventually("it comes again") { tries.items.last == "again a" }
        }
    }

    @Test("a cancellation that is not the stage's own is a failure like any other, not the record's end")
    func foreignCancellation() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let tries = Switchable(0)
        let stage = try instance.stage { _ in
            tries.value += 1
            if tries.value < 3 { throw CancellationError() }
        }
        try await running(stage) {
            try await deployment.publisher.publish(Samples.decision("a"), key: "a", to: Topics.decisions)
            try await eventually("handled at the third try") {
                instance.metrics.contains(#"riposte_records_handled_total{stage="test"} 1"#)
            }
        }
        #expect(tries.value == 3)
    }
}
