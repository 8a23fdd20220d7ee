internal import Kafka

/// Collects what a handler saw, for a test to look at.
public final class Collector<Item: Sendable>: Sendable {
    private let state = Monitor<[Item]>([])

    /// An empty one.
    public init() {}

    /// What was collected, in order.
    public var items: [Item] { state.withLock { $0 } }
    /// How many were collected.
    public var count: Int { state.withLock { $0.count } }

    /// Adds one.
    public func append(_ item: Item) {
        state.withLock { $0.append(item) }
    }

    /// Adds several.
    public func append(_ items: [Item]) {
        state.withLock { $0 += items }
    }
}
