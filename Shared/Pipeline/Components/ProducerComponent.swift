public import Kafka
public import Runtime

/// Ends a producer with its service: what was accepted is sent first. And ends the service with its producer: a process
/// that can write nothing has to let go of its partitions.
public struct ProducerComponent: Component {
    /// How logs call it.
    public let name: String
    private let producer: KafkaProducer

    /// Owns the end of `producer`; place it before whatever sends with it.
    public init(_ producer: KafkaProducer, name: String = "producer") {
        self.name = name
        self.producer = producer
    }

    /// Returns when the producer was closed.
    ///
    /// - Throws: The fatal `KafkaError` after which nothing can be sent with it any more.
    public func run() async throws {
        guard let error = await producer.failure() else { return }
        throw error
    }

    /// Waits until Kafka has what was accepted, 3 s at most: what is missing then belongs to records that come again.
    public func stop() async {
        await producer.close(within: StopTime.share(atMost: .seconds(3), leaving: .seconds(1)))
    }
}
