internal import JSON
public import Kafka
public import Model

/// An event as it was received, with the record that carried it.
public struct Received<Message: Event>: Sendable {
    public let event: Message
    public let record: KafkaRecord

    /// The trace that the sender continues, or a new one that is derived from the event's id.
    public let trace: TraceContext

    public init(event: Message, record: KafkaRecord) {
        self.event = event
        self.record = record
        let header = record.headers.last { $0.name == TraceContext.headerName }
        trace =
            header.flatMap { TraceContext(header: String(decoding: $0.value, as: UTF8.self)) }
            ?? TraceContext(startingAt: event.eventID)
    }

    /// Where the record stands.
    public var origin: Origin { record.origin }
}

extension KafkaRecord {
    /// Where the record stands, as results and dead letters show it.
    public var origin: Origin {
        Origin(
            topic: topic, partition: Int(partition), offset: offset, timestamp: Timestamp(milliseconds: timestamp))
    }

    /// The key as text, if it is text.
    public var keyText: String? { key.flatMap { String(validating: $0, as: UTF8.self) } }
}
