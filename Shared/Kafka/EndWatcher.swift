internal import CRdkafka

/// A thread that asks, about once a second, where the partitions end. On a thread of its own, because on 2.0.2 the question
/// ignores its time-out; while it hangs, nothing is fresh.
///
/// librdkafka reports the end of a partition once and then never again: a silent topic and a dead connection look alike.
struct EndWatcher: Sendable {
    let handle: ClientHandle
    let topic: String
    let partitions: [Int32]
    let state: FollowerState
    let interval: Duration

    init(handle: ClientHandle, topic: String, partitions: [Int32], state: FollowerState, every interval: Duration) {
        self.handle = handle
        self.topic = topic
        self.partitions = partitions
        self.state = state
        self.interval = interval
    }

    /// Starts the thread, which ends with the follower. It keeps the client alive for as long as it uses it.
    func start() {
        OwnThread.start("kafka-ends") {
            repeat {
                // After a failure the others would fail too, each after its time-out; as long as one fails nothing is fresh.
                _ = partitions.allSatisfy { !state.isStopping && ask($0) }
            } while !state.pause(for: interval)
        }
    }

    /// Says whether there was an answer.
    private func ask(_ partition: Int32) -> Bool {
        let asked = ContinuousClock.now
        var low: Int64 = 0
        var high: Int64 = 0
        let code = unsafe rd_kafka_query_watermark_offsets(handle.pointer, topic, partition, &low, &high, 5_000)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            // 2.0.2 goes on asking the old leader; a look at the metadata makes it see the new one.
            _ = Metadata.partitions(of: topic, handle, within: .seconds(1))
            return false
        }
        state.foundEnd(high, of: partition, asked: asked)
        return true
    }
}
