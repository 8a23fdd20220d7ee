/// How much a sender may ask of the reader. What is over a limit is refused, never cut.
public struct JSONLimits: Sendable, Hashable {
    /// The largest document, in bytes; never above 268,435,455.
    public var maxBytes: Int
    /// How deep objects and arrays may be nested; never above 1,024.
    public var maxDepth: Int
    /// The most keys of one object.
    public var maxKeys: Int

    /// Creates limits; values above what the reader can hold are lowered to it.
    public init(maxBytes: Int, maxDepth: Int = 64, maxKeys: Int = 4096) {
        self.maxBytes = min(max(maxBytes, 0), 1 << 28 - 1)
        self.maxDepth = min(max(maxDepth, 0), 1024)
        self.maxKeys = max(maxKeys, 0)
    }

    /// For events from Kafka, whose brokers take about 1 MiB a record by default: up to 2 MiB.
    public static let event = JSONLimits(maxBytes: 2 << 20)
    /// For the platform's answers: pages of many elements, keyed by their ids. Up to 32 MiB.
    public static let platform = JSONLimits(maxBytes: 32 << 20, maxKeys: 65536)
}
