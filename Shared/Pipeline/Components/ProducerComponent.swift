public import Kafka
public import Runtime

/// Ends a producer with its service: what was accepted is sent first.
public struct ProducerComponent: Component {
    /// How logs call it.
    public let name: String
    private let producer: KafkaProducer

    /// Owns the end of `producer`; place it before whatever sends with it.
    public init(_ producer: KafkaProducer, name: String = "producer") {
        self.name = name
        self.producer = producer
    }

    /// Waits until Kafka has what was accepted, 3 s at most: what is missing then belongs to records that come again.
    public func stop() async { await producer.close(within: .seconds(3)) }
}
