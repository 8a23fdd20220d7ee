import Glibc
import Kafka
import Synchronization
import TestSupport

/// A handler for tests: it notes what it is told, and completes records at once, or when the test says so.
final class RecordingHandler: KafkaConsumerHandler {
    enum Event: Sendable, Equatable {
        case assigned(Int)
        case revoked(Int, lost: Bool)
    }

    let events = Collector<Event>()
    let records = Collector<KafkaRecord>()
    let threads = Collector<UInt>()
    let checkpoints = Collector<Checkpoint>()
    private let held = Monitor<[(KafkaRecord, Checkpoint)]>([])
    private let completesAtOnce: Atomic<Bool>
    private let onAssigned: @Sendable () async -> Void
    private let onRevoked: @Sendable (RecordingHandler) async -> Void
    private let onReceived: @Sendable () async -> Void

    init(
        completesAtOnce: Bool = true, onAssigned: @escaping @Sendable () async -> Void = {},
        onReceived: @escaping @Sendable () async -> Void = {},
        onRevoked: @escaping @Sendable (RecordingHandler) async -> Void = { _ in }
    ) {
        self.completesAtOnce = Atomic(completesAtOnce)
        self.onAssigned = onAssigned
        self.onReceived = onReceived
        self.onRevoked = onRevoked
    }

    var values: [String] { records.items.map { String(decoding: $0.value ?? [], as: UTF8.self) } }
    var heldCount: Int { held.withLock { $0.count } }

    func assigned(_ partitions: [TopicPartition]) async {
        threads.append(pthread_self())
        await onAssigned()
        events.append(.assigned(partitions.count))
    }

    func revoked(_ partitions: [TopicPartition], lost: Bool) async {
        threads.append(pthread_self())
        await onRevoked(self)
        events.append(.revoked(partitions.count, lost: lost))
    }

    func received(_ batch: [KafkaRecord], _ checkpoint: Checkpoint) async {
        threads.append(pthread_self())
        await onReceived()
        threads.append(pthread_self())
        checkpoints.append(checkpoint)
        records.append(batch)
        if completesAtOnce.load(ordering: .acquiring) { return checkpoint.complete(batch) }
        held.withLock { $0 += batch.map { ($0, checkpoint) } }
    }

    /// Completes what is held and `isMeant`.
    func complete(where isMeant: (KafkaRecord) -> Bool = { _ in true }) {
        let meant = held.withLock { held in
            defer { held.removeAll { isMeant($0.0) } }
            return held.filter { isMeant($0.0) }
        }
        for (record, checkpoint) in meant { checkpoint.complete(record) }
    }

    /// From now on records are completed at once.
    func completeFromNowOn() {
        completesAtOnce.store(true, ordering: .releasing)
        complete()
    }
}
