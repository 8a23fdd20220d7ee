/// How to reach Kafka, and the settings passed through to librdkafka.
///
/// ## Configuration keys
/// - `KAFKA_BOOTSTRAP_SERVERS`: `host:port`, several separated by commas. Required. Give more than one: librdkafka
///   before 2.11 does not go back to them when it has lost every broker it knew.
/// - `KAFKA_CLIENT_ID`: how the brokers' logs and quotas know this process; at most 40 characters.
/// - `KAFKA_<SETTING>`: any setting of librdkafka, its dots as underscores: `KAFKA_SECURITY_PROTOCOL`,
///   `KAFKA_SSL_CA_LOCATION`, `KAFKA_SASL_USERNAME`, …
/// - `KAFKA_<SETTING>_FILE`: the same, its value read from a file of at most 1 MiB, as Docker and Kubernetes hand out
///   secrets.
///
/// Settings that delivery rests on (idempotence, acknowledgements, commits, assignment …) cannot be changed. What
/// Kubernetes adds for services whose names begin with `kafka` is ignored.
public struct KafkaConfiguration: Sendable {
    /// Hosts and ports to start from.
    public let bootstrapServers: String
    /// The name of this process for brokers.
    public let clientID: String
    /// What is passed through to librdkafka. May hold secrets: never print it.
    public let settings: [String: String]

    /// A configuration by its parts.
    ///
    /// - Throws: `KafkaConfigurationError` with everything that is wrong.
    public init(
        bootstrapServers: String, clientID: String = "riposte", settings: [String: String] = [:]
    ) throws(KafkaConfigurationError) {
        var problems = Self.problems(clientID: clientID, of: "client.id")
        if bootstrapServers.isEmpty { problems.append("bootstrap.servers is empty: give host:port") }
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            if let problem = SettingRules.problem(name: name, value: value, shownAs: name) { problems.append(problem) }
        }
        guard problems.isEmpty else { throw KafkaConfigurationError(problems: problems) }
        self.init(checked: bootstrapServers, clientID: clientID, settings: settings)
    }

    init(checked bootstrapServers: String, clientID: String, settings: [String: String]) {
        self.bootstrapServers = bootstrapServers
        self.clientID = clientID
        self.settings = settings
    }

    /// The same with another client id, cut to what librdkafka bears.
    public func named(_ clientID: String) -> KafkaConfiguration {
        let name = String(clientID.prefix(Self.longestClientID))
        return KafkaConfiguration(checked: bootstrapServers, clientID: name, settings: settings)
    }

    /// The same for a producer that takes records of so many bytes, unless the settings say how many.
    public func allowing(bytes: Int) -> KafkaConfiguration {
        let all = settings.merging(["message.max.bytes": "\(bytes)"]) { configured, _ in configured }
        return KafkaConfiguration(checked: bootstrapServers, clientID: clientID, settings: all)
    }

    /// librdkafka before 2.5 can crash with a long `client.id`.
    static let longestClientID = 40

    static func problems(clientID: String, of key: String) -> [String] {
        let fits = !clientID.isEmpty && clientID.utf8.count <= longestClientID
        return fits ? [] : ["\(key) has \(clientID.utf8.count) characters: 1 to \(longestClientID) are allowed"]
    }

    /// Values that must not appear in any output.
    var secrets: [String] {
        settings.filter { SettingRules.isSecret($0.key) && $0.value.utf8.count >= 4 }.map(\.value)
    }
}

/// Everything that is wrong with a configuration of Kafka; never contains a secret's value.
public struct KafkaConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence a problem: the key, and what is allowed.
    public let problems: [String]

    /// An error of these problems.
    public init(problems: [String]) {
        self.problems = problems
    }

    /// The problems, one a line.
    public var description: String { problems.joined(separator: "\n") }
}

extension KafkaConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The settings without the values of secrets.
    public var description: String {
        let shown = settings.sorted { $0.key < $1.key }.map { name, value in
            "\(name)=\(SettingRules.isSecret(name) ? "[secret]" : value)"
        }
        return (["bootstrap.servers=\(bootstrapServers)", "client.id=\(clientID)"] + shown).joined(separator: " ")
    }

    /// As `description`.
    public var debugDescription: String { description }

    /// Hides the members, which `dump` would print.
    public var customMirror: Mirror { Mirror(self, children: ["settings": description]) }
}
