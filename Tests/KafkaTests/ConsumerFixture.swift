import TestSupport

@testable import Kafka

/// A topic with records in it, and consumers of one group on it.
struct ConsumerFixture {
    let kafka: KafkaFixture
    let topic: String
    let group: String
    let producer: KafkaProducer
    let configuration: KafkaConfiguration

    /// - Parameter forbidden: settings that a service cannot have, for faults that nothing else brings about.
    init(
        _ kafka: KafkaFixture, partitions: Int = 1, settings: [String: String] = [:], forbidden: [String: String] = [:]
    ) async throws {
        self.kafka = kafka
        topic = try await kafka.createTopic("consumed", partitions: partitions)
        group = kafka.unique("group")
        let allowed = try kafka.configuration(
            ["heartbeat.interval.ms": "300", "session.timeout.ms": "6000"].merging(settings) { _, new in new })
        configuration = KafkaConfiguration(
            checked: allowed.bootstrapServers, clientID: allowed.clientID,
            settings: allowed.settings.merging(forbidden) { _, new in new })
        producer = try KafkaProducer(configuration)
        try await producer.prepare(topics: [topic])
    }

    /// Sends numbered records, in turn to each partition.
    func fill(_ range: Range<Int>, partitions: Int = 1, size: Int = 0) async throws {
        try await producer.send(
            range.map { number in
                let padding = String(repeating: " ", count: size)
                return OutgoingRecord(
                    topic: topic, partition: Int32(number % partitions), key: nil,
                    value: Array("\(number)\(padding)".utf8))
            })
    }

    func consumer(
        _ handler: RecordingHandler, limits: KafkaConsumer.Limits = .init(),
        startAt start: KafkaConsumer.Start = .committed,
        observer: KafkaObserver = KafkaObserver()
    ) throws -> KafkaConsumer {
        try KafkaConsumer(
            configuration, group: group, topics: [topic], handler: handler, startAt: start, limits: limits,
            observer: observer)
    }

    /// Runs a consumer while `body` does; stops it afterwards, whatever happened.
    func running(_ consumer: KafkaConsumer, _ body: () async throws -> Void) async throws {
        let run = Task { try await consumer.run() }
        do {
            try await body()
        } catch {
            await consumer.stop(within: .seconds(5))
            throw error
        }
        await consumer.stop(within: .seconds(10))
        try await run.value
    }
}
