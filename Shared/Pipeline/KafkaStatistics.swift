internal import JSON
internal import Runtime

/// Makes metrics of librdkafka's statistics: the lag of each partition that is consumed.
struct KafkaStatistics: Sendable {
    private let lag: MetricFamily<Gauge>
    private let brokersUp: Gauge

    init(metrics: Metrics) {
        lag = metrics.gauges(
            "kafka_consumer_lag_records", help: "Records between the group's position and the end of the partition.",
            labels: ["topic", "partition"])
        brokersUp = metrics.gauge("kafka_brokers_up", help: "Brokers that the client is connected to.")
    }

    /// Takes one statistics object; one that cannot be read is left out, the next comes in seconds.
    func take(_ bytes: [UInt8]) {
        try? withJSON(bytes, limits: .platform) { (root) throws(JSONError) in
            if let brokers = root["brokers"] {
                brokersUp.set(brokers.members.count { $0.value["state"]?.asString == "UP" })
            }
            guard let topics = root["topics"] else { return }
            for topic in topics.members { take(topic.key, topic.value) }
        }
    }

    private func take(_ topic: String, _ value: JSONValue) {
        guard let partitions = value["partitions"] else { return }
        for partition in partitions.members {
            guard let records = partition.value["consumer_lag"]?.asInt64, records >= 0 else { continue }
            lag.with(topic, partition.key).set(records)
        }
    }
}
