internal import Kafka
internal import Runtime

extension KafkaProducer {
    /// Shows in the metrics what it has done.
    func show(as name: String, in metrics: Metrics) {
        let labels = ["producer": name]
        metrics.reading(
            "producer_unacknowledged_records", help: "Records that Kafka has not acknowledged yet.", labels: labels
        ) { [weak self] in self.map { Double($0.counters.unacknowledged) } }
        metrics.reading(
            "producer_rebirths_total",
            help: "How often the producer was made anew after a fatal error: what was on its way is sent again.",
            kind: .counter, labels: labels
        ) { [weak self] in self.map { Double($0.counters.rebirths) } }
        let outcomes: [(String, @Sendable (ProducerCounters) -> Int)] = [
            ("acknowledged", { $0.acknowledged }), ("failed", { $0.failed }),
        ]
        for (outcome, count) in outcomes {
            metrics.reading(
                "producer_records_total", help: "Records that were sent, by what came of them.", kind: .counter,
                labels: ["producer": name, "outcome": outcome]
            ) { [weak self] in self.map { Double(count($0.counters)) } }
        }
    }
}
