/// Leave for a principal to do one thing with one resource of Kafka, from any host.
public struct KafkaACL: Sendable, Hashable {
    /// What it is about.
    public enum Resource: Sendable, Hashable {
        /// A topic.
        case topic(String)
        /// A consumer group.
        case group(String)
        /// Every consumer group whose name begins so.
        case groups(prefix: String)
        /// The cluster itself.
        case cluster
    }

    /// What may be done. Kafka takes read and write to include describe.
    public enum Operation: String, Sendable, Hashable {
        case read = "Read"
        case write = "Write"
        case create = "Create"
        case describe = "Describe"
        case describeConfigs = "DescribeConfigs"
    }

    /// Who may do it, with its kind: `User:CN=detector`.
    public var principal: String
    /// With what.
    public var resource: Resource
    /// What.
    public var operation: Operation

    /// Leave by its parts.
    public init(_ principal: String, _ operation: Operation, _ resource: Resource) {
        self.principal = principal
        self.resource = resource
        self.operation = operation
    }
}
