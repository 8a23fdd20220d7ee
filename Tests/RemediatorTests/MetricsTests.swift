import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Remediator

@Suite("What a remediator shows in its metrics")
struct MetricsTests {
    @Test("what stands open is right after a restart, for it is counted in the ledger")
    func restart() async throws {
        try await Bench.run { bench in
            let first = try await bench.startRemediator()
            let body = GuardrailTests.body("one", machine: Northwind.laptop, target: Northwind.laptopFile)
            try await bench.publish(body)
            try await bench.request("one", "is held") { $0.phase == .held && $0.reason == .machineOffline }
            try await eventually("it is shown") { Self.shows(first, #"held_requests{reason="machine-offline"} 1"#) }
            await first.stop()
            let second = try await bench.startRemediator()
            try await eventually("the next one shows it") {
                Self.shows(second, #"held_requests{reason="machine-offline"} 1"#)
                    && Self.shows(second, #"open_requests{phase="held"} 1"#)
                    && !Self.shows(second, "oldest_open_seconds 0\n")
            }
            #expect(Self.shows(second, #"held_requests{reason="approval-required"} 0"#))
        }
    }

    @Test("who owns nothing says nothing of what stands open")
    func withoutPartitions() throws {
        let kafka = try KafkaConfiguration(bootstrapServers: "127.0.0.1:1")
        let logger = Logger(label: "test", sink: .none)
        let connection = KafkaConnection(
            KafkaSettings(kafka: kafka), service: "test", logger: logger, metrics: Metrics())
        let publisher = connection.publisher(over: try connection.producer())
        let ledger = LedgerLog(
            follower: try connection.follower(of: Topics.ledger), publisher: publisher,
            deadLetters: connection.deadLetters(over: publisher), writer: "test", logger: logger)
        let (metrics, ownership) = (Metrics(), Ownership())
        ExecutorMetrics.watch(ledger, ownership, metrics)
        #expect(!metrics.render().contains("\nriposte_remediation_oldest_open_seconds "))
        ownership.set([0])
        #expect(RequestCensus(ledger, ownership).count?.oldest == nil)
        #expect(RequestCensus(ledger, ownership).count != nil)
    }

    @Test("the way to the console is timed from the detection where the policy asks, else from the request")
    func way() async throws {
        try await Bench.run { bench in
            let service = try await bench.startRemediator()
            #expect(Self.shows(service, #"requests_ended_total{state="REFUSED",reason="protected-machine"} 0"#))
            #expect(Self.shows(service, #"posts_total{outcome="uncertain-timeout"} 0"#))
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            let planned = #","policy":"d1","requestedAt":"2026-11-22T10:00:00.000Z""#
            try await bench.publish(
                GuardrailTests.body("two", target: Northwind.file, action: "QUARANTINE_FILE", more: planned))
            try await bench.request("two", "is submitted") { $0.phase == .submitted }
            #expect(Self.shows(service, #"to_post_seconds_count{from="request"} 1"#))
            #expect(Self.shows(service, #"to_post_seconds_count{from="detection"} 1"#))
        }
    }

    private static func shows(_ service: RunningService, _ text: String) -> Bool {
        service.metrics.render().contains("riposte_remediation_" + text)
    }
}
