/// The name of a log line's metadata: lower case, words joined by dots.
///
/// Names that several modules use are declared below, so that one search finds every line about a malop or a record.
/// A name of a single place may be a literal.
public struct LogKey: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The name as it is written.
    public let name: String

    /// A key called `name`. The names of a line's own parts (`time`, `level`, `service`, `logger`, `message`) get the
    /// prefix `metadata.`, since a JSON object has each key once.
    public init(_ name: String) {
        self.name = Self.reserved.contains(name) ? "metadata.\(name)" : name
    }

    /// A key from a literal.
    public init(stringLiteral value: String) { self.init(value) }

    private static let reserved: Set<String> = ["time", "level", "service", "logger", "message"]
}

extension LogKey {
    /// A Kafka topic.
    public static let kafkaTopic: LogKey = "kafka.topic"
    /// A partition of a topic.
    public static let kafkaPartition: LogKey = "kafka.partition"
    /// A record's offset in its partition.
    public static let kafkaOffset: LogKey = "kafka.offset"
    /// A record's key, as text.
    public static let kafkaKey: LogKey = "kafka.key"
    /// A consumer group.
    public static let kafkaGroup: LogKey = "kafka.group"
    /// The facility that librdkafka gives its own log lines.
    public static let kafkaFacility: LogKey = "kafka.facility"

    /// A remediation request's id.
    public static let requestID: LogKey = "request.id"
    /// A malop's id on the console.
    public static let malopID: LogKey = "malop.id"
    /// The revision of a detection.
    public static let revision: LogKey = "detection.revision"
    /// A machine's GUID or name on the console.
    public static let machineID: LogKey = "machine.id"
    /// The GUID of what an action is aimed at.
    public static let targetID: LogKey = "target.id"
    /// An action's type in the platform's words.
    public static let actionType: LogKey = "action.type"
    /// The console's id of a remediation.
    public static let remediationID: LogKey = "remediation.id"
    /// An event's id.
    public static let eventID: LogKey = "event.id"
    /// An event's type.
    public static let eventType: LogKey = "event.type"
    /// A W3C trace context, as received.
    public static let traceparent: LogKey = "traceparent"
    /// An indicator: hash, domain or address.
    public static let indicator: LogKey = "indicator"

    /// Which try it is, from 1.
    public static let attempt: LogKey = "attempt"
    /// How many.
    public static let count: LogKey = "count"
    /// The state that something is in now.
    public static let state: LogKey = "state"
    /// Why, as a code in kebab case or a sentence.
    public static let reason: LogKey = "reason"
    /// What went wrong; never a secret.
    public static let error: LogKey = "error"
    /// How long it took, in milliseconds.
    public static let duration: LogKey = "duration.ms"
    /// A component of the service.
    public static let component: LogKey = "component"
    /// The name of a signal.
    public static let signal: LogKey = "signal"
    /// A configuration key.
    public static let configurationKey: LogKey = "config.key"
    /// The instance of the service: `<service>@<host>-<pid>`.
    public static let instance: LogKey = "service.instance"
    /// The version of the service.
    public static let version: LogKey = "service.version"
    /// The commit that the service was made from.
    public static let sourceRevision: LogKey = "service.revision"

    /// A request's method.
    public static let httpMethod: LogKey = "http.method"
    /// A request's route: the pattern, not the path with its ids.
    public static let httpRoute: LogKey = "http.route"
    /// An answer's status code.
    public static let httpStatus: LogKey = "http.status"
    /// The port that a server listens on.
    public static let httpPort: LogKey = "http.port"
}
