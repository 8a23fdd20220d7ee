internal import Kafka
internal import Synchronization

/// Which keys this instance acts on: those whose partition the consumer group gave it.
///
/// This only splits the work. Safety never rests on it: two instances may believe for a while that they own the same.
public final class Ownership: Sendable {
    private struct State {
        var partitions: Set<Int32> = []
        var count: Int32 = 1
        /// Rises with every change of the partitions.
        var generation = 0
    }

    private let state: Mutex<State>

    /// - Parameter count: How many partitions the topic has that splits the work, if that is known already.
    public init(partitionCount count: Int32 = 1) {
        state = Mutex(State(count: count))
    }

    /// Takes over the partitions that this instance has now, of the topic that splits the work.
    public func set(_ partitions: some Sequence<Int32>) {
        state.withLock { state in
            state.partitions = Set(partitions)
            state.generation += 1
        }
    }

    /// Takes over the partitions, and how many there are of them in all.
    public func set(_ partitions: some Sequence<Int32>, of count: Int32) {
        state.withLock { state in
            state.partitions = Set(partitions)
            state.count = count
            state.generation += 1
        }
    }

    /// Takes over the partitions as soon as it is known how many there are in all, for that number may have grown;
    /// until then nothing is owned. A later change of the partitions ends this one.
    ///
    /// - Parameter count: Asks Kafka. It is asked again after a failure, and when the answer is older than the
    ///   partitions.
    public func take(_ partitions: [Int32], countedBy count: () async throws -> Int32) async {
        set([])
        guard let highest = partitions.max() else { return }
        let mine = state.withLock { $0.generation }
        var backoff = Backoff(limit: .seconds(5))
        while state.withLock({ $0.generation }) == mine, !Task.isCancelled {
            if let count = try? await count(), count > highest {
                return state.withLock { state in
                    guard state.generation == mine else { return }
                    state.partitions = Set(partitions)
                    state.count = count
                }
            }
            try? await Task.sleep(for: backoff.next())
        }
    }

    /// The partitions that this instance has now.
    public var partitions: Set<Int32> { state.withLock { $0.partitions } }

    /// The partition of a key, as every Kafka client that hashes with murmur2 computes it.
    public func partition(of key: String) -> Int32 {
        Kafka.partition(forKey: Array(key.utf8), count: state.withLock { $0.count })
    }

    /// Whether this instance acts on the key.
    public func owns(_ key: String) -> Bool {
        state.withLock { state in
            state.partitions.contains(Kafka.partition(forKey: Array(key.utf8), count: state.count))
        }
    }
}
