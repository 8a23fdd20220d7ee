/// Decides which partitions are paused. Between the two marks of a limit nothing changes: after a resume it can take a
/// second until records flow again (990 ms measured on 2.0.2), for which the buffer has to last.
struct FlowControl {
    private let limits: KafkaConsumer.Limits
    private var isFull = false
    /// The partitions that are paused, by us.
    private(set) var paused: Set<TopicPartition> = []

    /// What is to be told to librdkafka.
    struct Change: Equatable {
        var pause: Set<TopicPartition> = []
        var resume: Set<TopicPartition> = []
    }

    init(limits: KafkaConsumer.Limits) {
        self.limits = limits
    }

    /// The partitions are gone; librdkafka forgets their pause with them.
    mutating func reset() {
        self = FlowControl(limits: limits)
    }

    /// - Parameters:
    ///   - buffered: records that wait for the handler.
    ///   - bytes: their memory.
    ///   - spreads: our partitions, and how far each runs ahead of its oldest record that is not completed.
    mutating func update(buffered: Int, bytes: Int, spreads: [TopicPartition: Int]) -> Change {
        if buffered >= limits.maxInFlight || bytes >= limits.maxInFlightBytes {
            isFull = true
        } else if buffered <= limits.maxInFlight / 2, bytes <= limits.maxInFlightBytes / 2 {
            isFull = false
        }
        var wanted: Set<TopicPartition> = []
        for (partition, spread) in spreads {
            let mark = paused.contains(partition) ? limits.maxSpread / 2 : limits.maxSpread
            if isFull || spread >= mark { wanted.insert(partition) }
        }
        // Only what we paused and still own is resumed: on 2.0.2 resuming any other partition rewinds it.
        let change = Change(pause: wanted.subtracting(paused), resume: paused.subtracting(wanted))
        paused = wanted
        return change
    }
}
