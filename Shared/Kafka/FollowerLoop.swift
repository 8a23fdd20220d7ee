internal import CRdkafka

/// What a follower reads.
struct FollowerPlan: Sendable {
    let topic: String
    let partitions: KafkaFollower.Partitions
    let startAt: [Int32: Int64]
    let queryInterval: Duration
}

/// The follower's thread: it polls, and the owner's handler runs on it.
actor FollowerLoop {
    private let executor: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Until `run` takes it, which lets go of Kafka when it ends.
    private var client: ClientHandle?
    private let plan: FollowerPlan
    private let state: FollowerState
    private var reader = MessageReader()

    private static let maxBatch = 1000

    init(executor: ThreadExecutor, handle: ClientHandle, plan: FollowerPlan, state: FollowerState) {
        self.executor = executor
        client = handle
        self.plan = plan
        self.state = state
    }

    /// Reads until it is stopped, a fatal error, or what `body` throws.
    func run(_ body: @Sendable ([KafkaRecord]) async throws -> Void) async throws {
        guard let handle = client.take(), state.begin() else { return }
        defer { state.end() }
        guard let partitions = await findPartitions(handle) else { return }
        try assign(partitions, handle)
        state.follow(partitions)
        EndWatcher(handle: handle, topic: plan.topic, partitions: partitions, state: state, every: plan.queryInterval)
            .start()
        while !state.isStopping {
            let batch = poll(handle)
            if !batch.records.isEmpty { try await body(batch.records) }
            for (partition, (position, records)) in batch.positions {
                state.handled(upTo: position, of: partition, records: records)
            }
            if let error = handle.fatalError { throw error }
            await Task.yield()
        }
    }

    /// The partitions to read, as soon as Kafka says which there are; nil when stopped before.
    private func findPartitions(_ handle: ClientHandle) async -> [Int32]? {
        if case .some(let partitions) = plan.partitions { return partitions }
        while !state.isStopping {
            let asked = ContinuousClock.now
            switch Metadata.partitions(of: plan.topic, handle, within: .seconds(5)) {
            case .success(let count): return Array(0..<count)
            case .failure(let error): handle.mail.observer.onError(error)
            }
            // Serves the log and error callbacks too; its end is that of the time or of the follower.
            while !state.isStopping, ContinuousClock.now < asked + .seconds(1) {
                executor.pause(until: asked + .seconds(1))
                await Task.yield()
            }
        }
        return nil
    }

    private func assign(_ partitions: [Int32], _ handle: ClientHandle) throws(KafkaError) {
        let starts = partitions.map { partition in
            let offset = plan.startAt[partition] ?? Int64(RD_KAFKA_OFFSET_BEGINNING)
            return (TopicPartition(topic: plan.topic, partition: partition), Int64?.some(offset))
        }
        let error = unsafe PartitionList.with(starts) { unsafe KafkaError(rd_kafka_assign(handle.pointer, $0)) }
        if let error { throw error }
    }

    private struct Batch {
        var records: [KafkaRecord] = []
        /// How far each partition is read when the records are handled, and how many of them are its.
        var positions: [Int32: (next: Int64, records: Int)] = [:]
    }

    /// What has arrived, at most a batch; waits for it when there is nothing yet.
    private func poll(_ handle: ClientHandle) -> Batch {
        var batch = Batch()
        var item = executor.poll(handle.queue, atMost: .seconds(1)) { reader.next(handle, milliseconds: $0) }
        while let found = item {
            switch found {
            case .record(let record):
                let count = batch.positions[record.partition]?.records ?? 0
                batch.positions[record.partition] = (record.offset + 1, count + 1)
                batch.records.append(record)
            case .end(let partition, let offset):
                // Behind the last record there may be offsets without one: compacted away, or marks of transactions.
                // Only this says that they are passed.
                let count = batch.positions[partition.partition]?.records ?? 0
                batch.positions[partition.partition] = (offset, count)
            case .failure(let error):
                handle.mail.observer.onError(error)
            }
            guard batch.records.count < Self.maxBatch else { break }
            item = reader.next(handle, milliseconds: 0)
        }
        state.polled()
        return batch
    }
}
