internal import Kafka
internal import Model
internal import Pipeline
internal import Synchronization

/// What the partition holds that dead records stood in.
struct OriginalRecords: Sendable {
    /// The records that still stand where they stood, by offset.
    private(set) var records: [Int64: KafkaRecord] = [:]
    /// The newest record of each key that is asked about.
    private(set) var newest: [[UInt8]: KafkaRecord] = [:]
    /// Behind the partition's last record.
    private(set) var end: Int64 = 0

    private let offsets: Set<Int64>
    private let needsNewest: Bool

    private init(_ offsets: Set<Int64>, needsNewest: Bool) {
        self.offsets = offsets
        self.needsNewest = needsNewest
    }

    /// Reads a partition from the first of the offsets on, as far as is needed.
    ///
    /// - Parameter findingNewest: Whether also to find the newest record of each key that these records have, for which the
    ///   partition is read to its end.
    /// - Throws: `KafkaError` after a fatal error; `CancellationError`. While Kafka is away it waits.
    static func read(
        _ access: KafkaAccess, topic: String, partition: Int32, offsets: Set<Int64>, findingNewest: Bool
    ) async throws -> OriginalRecords {
        let found = Mutex(OriginalRecords(offsets, needsNewest: findingNewest))
        guard let first = offsets.min() else { return found.withLock { $0 } }
        let follower = try KafkaFollower(
            access.connection.settings.kafka, group: KafkaAccess.followerGroup, topic: topic,
            partitions: .some([partition]), startAt: [partition: first])
        let reading = Task {
            try await follower.run { records in
                let isEnough = found.withLock { found in records.contains { found.take($0) } }
                if isEnough { throw EnoughRead() }
            }
        }
        let end = await Result { try await follower.caughtUp() }
        await follower.stop()
        do {
            try await reading.value
            try end.get()
        } catch is EnoughRead {
        }
        let next = follower.positions[partition] ?? 0
        return found.withLock { found in
            found.end = max(found.end, next)
            return found
        }
    }

    /// Takes the next record; whether no further one is needed.
    private mutating func take(_ record: KafkaRecord) -> Bool {
        end = record.offset + 1
        if offsets.contains(record.offset) {
            records[record.offset] = record
            if let key = record.key { newest[key] = record }
        } else if let key = record.key, newest[key] != nil {
            newest[key] = record
        }
        return !needsNewest && record.offset >= (offsets.max() ?? 0)
    }
}

/// Everything that is needed was read.
private struct EnoughRead: Error {}
