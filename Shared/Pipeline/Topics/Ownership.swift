internal import Kafka
internal import Synchronization

/// Which keys this instance acts on: those whose partition the consumer group gave it.
///
/// This only splits the work. Safety never rests on it: two instances may believe for a while that they own the same.
public final class Ownership: Sendable {
    private struct State {
        var partitions: Set<Int32> = []
        var count: Int32 = 1
    }

    private let state: Mutex<State>

    /// - Parameter count: How many partitions the topic has that splits the work, if that is known already.
    public init(partitionCount count: Int32 = 1) {
        state = Mutex(State(count: count))
    }

    /// Takes over the partitions that this instance has now, of the topic that splits the work.
    public func set(_ partitions: some Sequence<Int32>) {
        state.withLock { $0.partitions = Set(partitions) }
    }

    /// Takes over the partitions, and how many there are of them in all.
    public func set(_ partitions: some Sequence<Int32>, of count: Int32) {
        state.withLock { $0 = State(partitions: Set(partitions), count: count) }
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
