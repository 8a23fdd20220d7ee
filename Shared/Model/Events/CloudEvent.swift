public import JSON

/// The CloudEvents attributes of a record, in the binary mode of the Kafka protocol binding: one header an attribute.
public struct CloudEvent: Sendable, Hashable {
    /// The same for every delivery of the same event.
    public var id: String

    /// What the record says, for example `riposte.detection.v1`.
    public var type: String

    /// Which instance said it, for example `/riposte/detector`.
    public var source: String

    /// When it came about.
    public var time: Timestamp

    /// Describes an event that a service is about to send.
    public init(_ event: some Event, source: String) {
        id = event.eventID
        type = Swift.type(of: event).eventType
        self.source = source
        time = event.eventTime
    }

    /// The record headers, names and values, in a fixed order.
    public var headers: [(name: String, value: String)] {
        [
            ("ce_specversion", "1.0"), ("ce_id", id), ("ce_type", type), ("ce_source", source),
            ("ce_time", time.rfc3339), ("content-type", "application/json"),
        ]
    }
}
