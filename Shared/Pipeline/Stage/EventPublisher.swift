internal import JSON
public import Kafka
public import Model

/// Sends events to their topics, with their key and headers.
public final class EventPublisher: Sendable {
    private let producer: KafkaProducer
    private let prefix: String

    /// The CloudEvents source, for example `/riposte/detector`.
    public let source: String

    /// A publisher over a producer.
    ///
    /// - Parameters:
    ///   - prefix: What every topic's name begins with.
    ///   - service: The last part of ``source``.
    public init(producer: KafkaProducer, prefix: String, service: String) {
        self.producer = producer
        self.prefix = prefix
        source = "/riposte/\(service)"
    }

    /// One event on its way out.
    public struct Item<Message: Event>: Sendable {
        /// What it says.
        public let event: Message
        /// The record's key, which decides about its partition.
        public let key: String
        /// The trace that it continues.
        public let trace: TraceContext
        /// What the record has besides the headers that every event has.
        public let headers: [(name: String, value: String)]

        /// An event with its key; without a trace it begins the one that is derived from its id.
        ///
        /// - Parameter headers: Further headers, for example a signature of the event's `json()`, which are the bytes of the
        ///   record's value.
        public init(
            _ event: Message, key: String, trace: TraceContext? = nil, headers: [(name: String, value: String)] = []
        ) {
            self.event = event
            self.key = key
            self.trace = trace ?? TraceContext(startingAt: event.eventID)
            self.headers = headers
        }
    }

    /// Sends events and returns when Kafka has acknowledged every one of them.
    ///
    /// - Returns: Where each stands, in the order given.
    /// - Throws: What Kafka refuses for good, such as a record that is too large. While Kafka is away it waits.
    @discardableResult
    public func publish<Message>(
        _ items: [Item<Message>], to topic: Topic<Message>
    ) async throws(KafkaError) -> [RecordPosition] {
        guard !items.isEmpty else { return [] }
        return try await producer.send(items.map { record($0, topic) })
    }

    /// Sends one event; see ``publish(_:to:)-(Array,_)``.
    @discardableResult
    public func publish<Message>(
        _ event: Message, key: String, trace: TraceContext? = nil, to topic: Topic<Message>
    ) async throws(KafkaError) -> RecordPosition? {
        try await publish([Item(event, key: key, trace: trace)], to: topic).first
    }

    /// Writes tombstones: records without a value that let compaction forget these keys.
    ///
    /// - Returns: Where each stands, in the order given.
    @discardableResult
    public func forget<Message>(
        _ keys: [String], on topic: Topic<Message>
    ) async throws(KafkaError) -> [RecordPosition] {
        guard !keys.isEmpty else { return [] }
        let name = topic.name(prefix: prefix)
        return try await producer.send(keys.map { OutgoingRecord(topic: name, key: Array($0.utf8), value: nil) })
    }

    private func record<Message>(_ item: Item<Message>, _ topic: Topic<Message>) -> OutgoingRecord {
        var headers = CloudEvent(item.event, source: source).headers
        headers.append((TraceContext.headerName, item.trace.header))
        headers += item.headers
        return OutgoingRecord(
            topic: topic.name(prefix: prefix), key: Array(item.key.utf8), value: item.event.json(),
            headers: headers.map { KafkaHeader(name: $0.name, value: Array($0.value.utf8)) })
    }
}
