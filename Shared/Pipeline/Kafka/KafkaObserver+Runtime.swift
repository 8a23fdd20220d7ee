public import Kafka
public import Runtime

extension KafkaObserver {
    /// An observer that writes what librdkafka says to our log and what it counts to our metrics.
    ///
    /// - Parameter lag: Told where the partitions begin that are consumed.
    public static func wired(to logger: Logger, metrics: Metrics, lag: ConsumerLag = ConsumerLag()) -> KafkaObserver {
        let errors = metrics.counters(
            "kafka_errors_total", help: "Errors that librdkafka reported, by their name.", labels: ["error"])
        errors.prepare(expected.map(\.name))
        let statistics = KafkaStatistics(metrics: metrics, lag: lag)
        return KafkaObserver(
            onLog: { line in
                logger.log(
                    level(ofSyslog: line.level), "kafka client says",
                    [
                        .kafkaFacility: .string(line.facility), "kafka.client": .string(line.client),
                        "text": .string(line.text),
                    ])
            },
            onError: { error in
                errors.with(error.code.name).add()
                guard !error.isState else { return }
                logger.error("kafka client error", [.error: .string("\(error)")])
            },
            onStatistics: { statistics.take($0) })
    }

    /// The errors that a deployment is most likely to meet.
    private static let expected: [KafkaError.Code] = [
        .allBrokersDown, .transport, .resolve, .ssl, .timedOut, .topicAuthorizationFailed, .groupAuthorizationFailed,
    ]

    /// librdkafka warns of what it mends by itself, so only its errors are errors of ours.
    private static func level(ofSyslog severity: Int) -> LogLevel {
        switch severity {
        case ...3: .warning
        case 4...6: .info
        default: .debug
        }
    }
}
