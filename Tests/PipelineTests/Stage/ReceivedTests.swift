import JSON
import Kafka
import Model
import Pipeline
import Testing

@Suite("A received event") struct ReceivedTests {
    private func received(_ headers: [KafkaHeader]) -> Received<RemediationDecision> {
        let event = Samples.decision("r", at: Samples.time)
        return Received(event: event, record: Samples.record(bytes: event.json(), headers: headers))
    }

    private let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test("continues the sender's trace")
    func continued() {
        let trace = received([KafkaHeader("traceparent", header)]).trace
        #expect(trace.header == header)
    }

    @Test("of several trace headers the last one counts, as of all record headers")
    func last() {
        let trace = received([KafkaHeader("traceparent", "00-junk"), KafkaHeader("traceparent", header)]).trace
        #expect(trace.header == header)
    }

    @Test(
        "without a usable trace a redelivery begins the same one again",
        arguments: [
            [], [KafkaHeader("traceparent", "")], [KafkaHeader("traceparent", "01-junk")],
            [KafkaHeader("traceparent", "00-00000000000000000000000000000000-b7ad6b7169203331-01")],
            [KafkaHeader(name: "traceparent", value: [0xFF, 0xFE])],
        ])
    func derived(headers: [KafkaHeader]) {
        let event = Samples.decision("r", at: Samples.time)
        #expect(received(headers).trace == TraceContext(startingAt: event.eventID))
    }

    @Test("knows where its record stands")
    func origin() {
        let origin = received([]).source
        #expect(origin == Origin(topic: "riposte.test", partition: 3, offset: 7, timestamp: Samples.time))
    }

    @Test(
        "a sender may claim any time: of what no message can hold, the nearest that it can",
        arguments: [Int64.min, .max])
    func impossibleTime(milliseconds: Int64) throws {
        var record = Samples.record("{}")
        record.timestamp = milliseconds
        let origin = record.origin
        #expect(origin.timestamp == (milliseconds < 0 ? .earliest : .latest))
        #expect(try Origin(json: origin.json()) == origin)
    }

    @Test("a key that is not text is no key text")
    func keys() {
        var record = Samples.record("{}")
        #expect(record.keyText == "key")
        record.key = [0xC3, 0x28]
        #expect(record.keyText == nil)
        record.key = nil
        #expect(record.keyText == nil)
    }
}
