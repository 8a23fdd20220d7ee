internal import CRdkafka

/// A topic as the brokers describe it.
public struct TopicDescription: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// How many partitions it has.
    public var partitions: Int
    /// Its settings, for example `cleanup.policy`, defaults included.
    public var settings: [String: String]
    /// The names of those settings that were given to this topic and are not a default.
    public var ownSettings: Set<String>

    /// A description by its parts.
    public init(name: String, partitions: Int, settings: [String: String], ownSettings: Set<String> = []) {
        self.name = name
        self.partitions = partitions
        self.settings = settings
        self.ownSettings = ownSettings
    }
}

/// A topic to be made.
public struct NewTopic: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// How many partitions it gets.
    public var partitions: Int
    /// How many replicas each partition gets; -1 leaves it to the brokers' default.
    public var replicas: Int
    /// Its settings, for example `cleanup.policy`.
    public var settings: [String: String]

    /// A topic to be made.
    public init(name: String, partitions: Int, replicas: Int = -1, settings: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replicas = replicas
        self.settings = settings
    }
}

/// Looks at topics, makes and changes them. All but `partitionCount` and `ends` needs a real broker: the mock cluster has no
/// administration, and the calls end with `.timedOut`.
public final class KafkaAdmin: Sendable {
    let handle: ClientHandle
    let limit: Duration

    /// An administrator.
    ///
    /// - Parameter limit: how long a call may take.
    /// - Throws: `KafkaError` when librdkafka refuses the settings.
    public init(
        _ configuration: KafkaConfiguration, within limit: Duration = .seconds(15),
        observer: KafkaObserver = KafkaObserver()
    ) throws(KafkaError) {
        self.limit = limit
        // A consumer, because asking for a topic's metadata as a producer could create the topic.
        let settings = configuration.consumer(group: "riposte-admin")
        handle = try ClientHandle(RD_KAFKA_CONSUMER, settings, configuration, observer)
    }

    /// How many partitions a topic has; nil when it does not exist.
    ///
    /// - Throws: `KafkaError`, `.timedOut` or `.transport` when no broker answers.
    public func partitionCount(of topic: String) async throws(KafkaError) -> Int? {
        let result = await OwnThread.run("kafka-admin") { [handle, limit] in
            Metadata.partitions(of: topic, handle, within: limit)
        }
        switch result {
        case .success(let count): return Int(count)
        case .failure(let error) where error.code == .unknownTopicOrPartition: return nil
        case .failure(let error): throw error
        }
    }

    /// Describes topics; those that do not exist are left out.
    ///
    /// - Throws: `KafkaError`, for example `.topicAuthorizationFailed`.
    public func describe(topics: [String]) async throws(KafkaError) -> [TopicDescription] {
        var found: [TopicDescription] = []
        for topic in topics {
            guard let partitions = try await partitionCount(of: topic) else { continue }
            let entries = try await describeSettings(of: topic)
            let settings = entries.map { ($0.name, $0.value) }
            found.append(
                TopicDescription(
                    name: topic, partitions: partitions, settings: Dictionary(settings) { first, _ in first },
                    ownSettings: Set(entries.filter(\.isOwn).map(\.name))))
        }
        return found
    }

    /// Whether a partition holds a record whose timestamp is this or later, in milliseconds of Unix time.
    ///
    /// - Throws: `KafkaError`, for example `.topicAuthorizationFailed`.
    public func holdsRecord(of topic: String, partition: Int32 = 0, from time: Int64) async throws(KafkaError) -> Bool {
        try await OwnThread.run("kafka-admin") { [handle, limit] in
            Metadata.offset(of: TopicPartition(topic: topic, partition: partition), from: time, handle, within: limit)
        }.get() != nil
    }

    /// Makes topics.
    ///
    /// - Returns: by name, why a topic was not made; `.topicExists` is one of the reasons. Empty when all were made.
    /// - Throws: `KafkaError` when the brokers could not be asked.
    public func create(_ topics: [NewTopic]) async throws(KafkaError) -> [String: KafkaError] {
        try await call { call throws(KafkaError) in try call.create(topics) }
    }

    /// Deletes topics.
    ///
    /// - Returns: by name, why a topic was not deleted.
    /// - Throws: `KafkaError` when the brokers could not be asked.
    public func delete(topics: [String]) async throws(KafkaError) -> [String: KafkaError] {
        try await call { call throws(KafkaError) in try call.delete(topics) }
    }

    /// Gives a topic more partitions. This moves keys to other partitions.
    ///
    /// - Throws: `KafkaError`, for example `.invalidPartitions`.
    public func setPartitions(_ count: Int, of topic: String) async throws(KafkaError) {
        let errors = try await call { call throws(KafkaError) in try call.setPartitions(count, of: topic) }
        if let error = errors[topic] { throw error }
    }

    /// Changes settings of a topic and leaves its others as they are.
    ///
    /// - Throws: `KafkaError`, for example `.topicAuthorizationFailed`.
    public func setSettings(_ changes: [String: String], of topic: String) async throws(KafkaError) {
        // Kafka's old request, the only one that librdkafka before 2.2 has, sets all others back to their defaults.
        let own = try await describeSettings(of: topic).filter { $0.isOwn }.map { ($0.name, $0.value) }
        let all = Dictionary(own) { first, _ in first }.merging(changes) { _, new in new }
        try await call { call throws(KafkaError) in try call.setSettings(all, of: topic) }
    }

    /// Gives leave; what was given before stays so, and giving it again changes nothing.
    ///
    /// - Throws: `KafkaError`: the first that was refused, `.clusterAuthorizationFailed` for whoever may not give leave.
    public func allow(_ acls: [KafkaACL]) async throws(KafkaError) {
        guard !acls.isEmpty else { return }
        let errors = try await call { call throws(KafkaError) in try call.create(acls) }
        for (acl, error) in zip(acls, errors) {
            if let error { throw KafkaError(error.code, "\(acl.principal): \(error.message)") }
        }
    }

    /// All that anybody is given leave to from any host; nothing for whoever may not know, and where there is no authorizer:
    /// librdkafka passes over these errors of the broker's (seen with 2.0.2 and 2.16).
    ///
    /// - Throws: `KafkaError` when the brokers could not be asked.
    public func allowed() async throws(KafkaError) -> Set<KafkaACL> {
        try await call { call throws(KafkaError) in try call.acls() }
    }

    private func describeSettings(of topic: String) async throws(KafkaError) -> [AdminCall.Entry] {
        try await call { call throws(KafkaError) in try call.settings(of: topic) }
    }

    private func call<Answer: Sendable>(
        _ body: @escaping @Sendable (AdminCall) throws(KafkaError) -> Answer
    ) async throws(KafkaError) -> Answer {
        let call = AdminCall(handle: handle, limit: limit)
        return try await OwnThread.run("kafka-admin") {
            Result { () throws(KafkaError) in try body(call) }
        }.get()
    }
}
