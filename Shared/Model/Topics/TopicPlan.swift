/// What a topic must be like, as the operators' command creates it and every service checks it at start.
public struct TopicPlan: Sendable, Hashable {
    /// How many partitions it has.
    public enum Partitions: Sendable, Hashable {
        /// The deployment's number, 12 by default, the same for all such topics.
        case shared

        /// This number and no other, because the topic's one order is what it is for.
        case exactly(Int)
    }

    /// What Kafka may drop.
    public enum Cleanup: String, Sendable, Hashable {
        /// All but the newest record of each key.
        case compact = "compact"

        /// What is older than the retention.
        case delete = "delete"

        /// Both: what is older, and all but the newest of each key.
        case compactAndDelete = "compact,delete"
    }

    /// The name without the deployment's prefix.
    public let name: String

    /// What a record's key is, in words.
    public let key: String

    /// The name of the message's schema under `Contracts/`.
    public let message: String

    /// How many partitions it has.
    public let partitions: Partitions

    /// What Kafka may drop; delivery rests on it, so every service checks it at start.
    public let cleanup: Cleanup

    /// How long records are kept at least, in days; nil where compaction alone decides.
    public let retentionDays: Int?

    /// Further settings that the topic needs, by Kafka's names.
    public let settings: [String: String]

    /// Every setting by Kafka's names, as the topic is created with them.
    public var configuration: [String: String] {
        var all = settings
        all["cleanup.policy"] = cleanup.rawValue
        if let days = retentionDays { all["retention.ms"] = "\(Int64(days) * 86_400_000)" }
        return all
    }

    /// Those settings of which the least that will do is required, and more will do too.
    public static let leastSettings: Set<String> = [
        "max.message.bytes", "min.compaction.lag.ms", "retention.ms",
    ]

    /// The shortest time in milliseconds for which records must be kept where Kafka drops them by age: what it drops while
    /// its reader is away for a night is a request that nobody sees.
    private static let leastRetention = 86_400_000

    /// The shortest time in milliseconds for which a topic must be left as it was written that asks for such a time. Kafka's
    /// own default is 0.
    private static let leastCompactionLag = 3_600_000

    /// Those settings without which delivery would not be safe, by Kafka's names; a deployment may keep records longer or
    /// shorter, but for a day, take larger ones, and leave them as they are for longer (``leastSettings``).
    public var requirements: [String: String] {
        var all = settings.filter { ["message.timestamp.type", "max.message.bytes"].contains($0.key) }
        if settings["min.compaction.lag.ms"] != nil { all["min.compaction.lag.ms"] = "\(Self.leastCompactionLag)" }
        if retentionDays != nil { all["retention.ms"] = "\(Self.leastRetention)" }
        all["cleanup.policy"] = cleanup.rawValue
        return all
    }

    /// How many partitions it has in a deployment whose shared number is this.
    public func partitionCount(shared: Int) -> Int {
        switch partitions {
        case .shared: shared
        case .exactly(let count): count
        }
    }
}
