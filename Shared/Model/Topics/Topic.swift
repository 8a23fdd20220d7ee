/// A topic together with the message that it carries, so that no service can put the wrong one on it.
public struct Topic<Message: Event>: Sendable {
    /// Its name, key and settings, without its message: what operators create and services check.
    public let description: TopicPlan

    init(
        _ name: String, key: String, schema: String, partitions: TopicPlan.Partitions = .shared,
        cleanup: TopicPlan.Cleanup, retentionDays: Int? = nil, settings: [String: String] = [:]
    ) {
        description = TopicPlan(
            name: name, key: key, message: schema, partitions: partitions, cleanup: cleanup,
            retentionDays: retentionDays, settings: settings)
    }

    /// The full name under a deployment's prefix, for example `riposte.detections`.
    public func name(prefix: String) -> String { prefix + description.name }
}
