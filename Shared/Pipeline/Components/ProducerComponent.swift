public import Kafka
public import Runtime

/// Ends a producer with its service: what was accepted is sent first.
public struct ProducerComponent: Component {
    public let name: String
    private let producer: KafkaProducer

    public init(_ producer: KafkaProducer, name: String = "producer") {
        self.name = name
        self.producer = producer
    }

    public func stop() async { await producer.close(within: .seconds(5)) }
}
