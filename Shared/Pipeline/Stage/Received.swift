internal import JSON
public import Kafka
public import Model
internal import Runtime

/// An event as it was received, with the record that carried it.
public struct Received<Message: Event>: Sendable {
    /// What the record says.
    public let event: Message

    /// The record, with its place, key and headers.
    public let record: KafkaRecord

    /// The trace that the sender continues, or a new one that is derived from the event's id.
    public let trace: TraceContext

    /// Joins an event to the record that it was read from. Of several `traceparent` headers the last one counts.
    public init(event: Message, record: KafkaRecord) {
        self.event = event
        self.record = record
        let header = record.headers.last { $0.name == TraceContext.headerName }
        trace =
            header.flatMap { TraceContext(header: String(decoding: $0.value, as: UTF8.self)) }
            ?? TraceContext(startingAt: event.eventID)
    }

    /// Where the record comes from: its own place, or that of the first if it is a replay.
    public var source: Origin { record.source }

    /// What every log line about it should say beside where it stands.
    var logContext: LogMetadata {
        [
            .eventID: .string(event.eventID), .eventType: .string(Message.eventType),
            .traceparent: .string(trace.header),
        ]
    }
}

extension KafkaRecord {
    /// Where the record stands, as dead letters show it.
    public var origin: Origin { Origin(topic: topic, partition: Int(partition), offset: offset, timestamp: time) }

    /// When it was sent. A sender may claim any time: of one that no message can hold, the nearest that it can. What is
    /// derived from it is then the same for whoever reads it out of a message.
    var time: Timestamp { min(max(Timestamp(milliseconds: timestamp), .earliest), .latest) }

    /// The key as text; nil if there is none or it is not UTF-8.
    public var keyText: String? { key.flatMap { String(validating: $0, as: UTF8.self) } }

    /// What every log line about the record should say.
    var logContext: LogMetadata {
        var context: LogMetadata = [
            .kafkaTopic: .string(topic), .kafkaPartition: .int(partition), .kafkaOffset: .int(offset),
        ]
        context[.kafkaKey] = keyText.map { .string($0) }
        return context
    }
}
