import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Remediator

@Suite("A broker that goes away")
struct KafkaAwayTests {
    @Test("while the console has the request: its answer is written when the broker is back, and nothing is sent again")
    func outcome() async throws {
        try await Bench.run { bench in
            // With the default window, whose limits even the slowest machine keeps.
            let service = try await bench.startRemediator(.testing)
            try bench.fault(LostAnswerTests.fault(#""kind": "slow", "phase": "after", "delayMs": 700"#))
            try await bench.publish(GuardrailTests.body("one"))
            try await eventually("the console has it") { bench.journal.count == 1 }
            bench.mock.takeDown()
            try await eventually("the console has answered") {
                service.metrics.render().contains(#"riposte_remediation_posts_total{outcome="submitted"} 1"#)
            }
            bench.mock.bringUp()
            let request = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(request.reason == nil)
            #expect(bench.journal.count == 1)
        }
    }

    @Test("while requests wait: the switch cannot be read, so nothing is sent until it can")
    func control() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            let body = GuardrailTests.body("one", machine: Northwind.laptop, target: Northwind.laptopFile)
            try await bench.publish(body)
            try await bench.request("one", "is held") { $0.phase == .held && $0.reason == .machineOffline }
            bench.mock.takeDown()
            try await eventually("the switch cannot be read") {
                bench.logs.lines.contains { $0.contains("the halt switch cannot be read") }
            }
            bench.setOnline(Northwind.laptop, true)
            #expect(bench.journal.isEmpty)
            bench.mock.bringUp()
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 1)
        }
    }

    @Test("of which only the switch cannot be read: all else goes on, and the request says what it waits for")
    func controlAlone() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            let control = bench.kafka.prefix + Topics.control.description.name
            bench.mock.setLeader(nil, topic: control, partition: 0)
            try await eventually("the switch cannot be read") {
                bench.logs.lines.contains { $0.contains("the halt switch cannot be read") }
            }
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is held") { $0.phase == .held && $0.reason == .controlUnknown }
            #expect(bench.journal.isEmpty)
            bench.mock.setLeader(1, topic: control, partition: 0)
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 1)
        }
    }

    @Test("while the service ends with a request at the console: the components share the time, and it ends in it")
    func end() async throws {
        try await Bench.run { bench in
            let hung = Collector<String>()
            let service = try await bench.startRemediator(deadline: .seconds(25)) { hung.append($0) }
            try bench.fault(LostAnswerTests.fault(#""kind": "slow", "phase": "after", "delayMs": 60000"#))
            try await bench.publish(GuardrailTests.body("one"))
            try await eventually("the console has it") { bench.journal.count == 1 }
            bench.mock.takeDown()
            await service.stop()
            #expect(hung.items == [])
            bench.mock.bringUp()
        }
    }
}
