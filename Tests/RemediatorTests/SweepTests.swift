import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Remediator

@Suite("What ended long ago is forgotten, by everyone, and nothing else")
struct SweepTests {
    @Test("an ended request goes when its time has passed on the log's clock; an open one stays")
    func forgets() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator(memory: .seconds(2))
            try await bench.publish(GuardrailTests.body("open"))
            try await bench.request("open", "is submitted") { $0.phase == .submitted }
            try await bench.publish(#"{"requestId":"ended","actionsByMachine":{}}"#)
            try await bench.request("ended", "has ended") { $0.end != nil }
            // The log's clock goes on only as something is written.
            var ticks = 0
            try await eventually("it is forgotten") {
                ticks += 1
                try await bench.publish(#"{"requestId":"tick-\#(ticks)","actionsByMachine":{}}"#)
                return bench.ledger.entry("ended") == nil
            }
            #expect(bench.ledger.entry("open")?.request.phase == .submitted)
            try await eventually("it is said") { bench.logs.contains(message: "ended requests are forgotten") }
        }
    }
}
