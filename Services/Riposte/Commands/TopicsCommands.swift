internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// `riposte topics apply` and `riposte topics check`.
enum TopicsCommands {
    static let apply = Command(
        "topics apply", summary: "Creates the topics that are missing, each with the settings that it needs.",
        discussion: """
            Topics that exist are left as they are and checked; for one that is wrong the command is printed that mends
            it, and the exit code is 78. When it creates the topic 'control' it also writes the
            first resume: with no record there, remediation counts as halted.

            Examples:
              riposte topics apply
              riposte topics apply --partitions 24 --replicas 3
            """,
        options: [
            .value(
                "partitions", "N", help: "Of each topic that has no fixed number; that of the existing ones, or 12."),
            .value("replicas", "N", help: "Of each partition; the brokers' default unless given."),
        ], environment: { KafkaAccess.settings(reading: &$0) }, run: { try await apply($0, $1) })

    static let check = Command(
        "topics check", summary: "Checks that the topics exist and are as they must be.",
        discussion: """
            For each that is not, the command is printed that mends it. The exit code is 78 then, and 75 if Kafka does not
            answer.

            Example:
              riposte topics check
            """,
        environment: { KafkaAccess.settings(reading: &$0) }, run: { try await check($0, $1) })

    private static func apply(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        let partitions = try arguments.value("partitions", .int(in: 1...10_000))
        let replicas = try arguments.value("replicas", .int(in: 1...100))
        let access = try KafkaAccess(context)
        let created = try await create(partitions: partitions, replicas: replicas, access, context)
        if created.contains(access.connection.name(of: Topics.control)) {
            try await allow(access, context)
        }
        let code = try await report(access, context)
        if try await isControlEmpty(access) {
            // Whoever emptied it, or died before the first resume, is no reason to allow anything here.
            context.errors.line(
                "\(access.connection.name(of: Topics.control)) is empty, so remediation counts as halted: riposte resume"
            )
        }
        return code
    }

    private static func isControlEmpty(_ access: KafkaAccess) async throws -> Bool {
        let follower = try await access.follower(of: Topics.control, fromStart: true)
        let reading = Task { try await follower.run { _ in } }
        try await follower.caughtUp()
        await follower.stop()
        try await reading.value
        return follower.recordCount == 0
    }

    private static func check(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        try await report(try KafkaAccess(context), context)
    }

    /// Creates what is missing; gives the names of what this very call has created.
    private static func create(
        partitions: Int?, replicas: Int?, _ access: KafkaAccess, _ context: CommandContext
    ) async throws -> Set<String> {
        let settings = access.connection.settings
        let found = try await describe(access)
        let plan = try TopicPlanning.missing(
            found: found, prefix: settings.prefix, partitions: partitions, replicas: replicas)
        guard !plan.isEmpty else { return [] }
        let admin = try KafkaAdmin(settings.kafka)
        let failures = try await access.reaching { () throws(KafkaError) in try await admin.create(plan) }
        // Somebody else was faster: the topic is there, and its first record is theirs.
        for (name, error) in failures where error.code != .topicExists { throw TopicFailure(name: name, error: error) }
        let created = plan.filter { failures[$0.name] == nil }
        for topic in created {
            try await appear(topic, admin)
            context.output.line("created \(topic.name): \(topic.partitions) partitions")
        }
        return Set(created.map(\.name))
    }

    /// The answer to a creation comes before every broker knows the topic.
    private static func appear(_ topic: NewTopic, _ admin: KafkaAdmin) async throws {
        let deadline = ContinuousClock.now + KafkaAccess.patience
        while try await admin.partitionCount(of: topic.name) != topic.partitions {
            guard ContinuousClock.now < deadline else {
                throw DependencyUnavailable("kafka", reason: "\(topic.name) was created and does not appear")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private static func allow(_ access: KafkaAccess, _ context: CommandContext) async throws {
        let person = context.environment["USER"].flatMap { $0.isEmpty ? nil : $0 } ?? "riposte topics apply"
        let first = ControlCommands.control(
            on: false, by: person, reason: "the installation's first: the topic is new", at: .now())
        _ = try await access.publish(first, key: ControlSwitch.halt, to: Topics.control)
        context.output.line(
            "remediation is allowed: wrote the first resume to \(access.connection.name(of: Topics.control))")
    }

    static func describe(_ access: KafkaAccess) async throws -> [TopicDescription] {
        let settings = access.connection.settings
        return try await access.reaching { () throws(KafkaError) in
            try await KafkaAdmin(settings.kafka).describe(topics: Topics.all.map { settings.prefix + $0.name })
        }
    }

    private static func report(_ access: KafkaAccess, _ context: CommandContext) async throws -> ExitCode {
        let prefix = access.connection.settings.prefix
        let servers = access.connection.settings.kafka.bootstrapServers
        let problems = TopicCheck.problems(prefix: prefix, found: try await describe(access), servers: servers)
        guard problems.isEmpty else { throw TopicProblems(problems: problems) }
        context.output.line("\(Topics.all.count) topics are as they must be (prefix '\(prefix)')")
        return .done
    }
}

/// What is to be created. Pure.
enum TopicPlanning {
    /// The topics that are missing, each with its settings.
    ///
    /// - Parameters:
    ///   - partitions: The shared number; that of the topics that exist, or the default, unless given.
    ///   - replicas: Of each partition; the brokers' default unless given.
    /// - Throws: `UsageError` when topics exist that share another number.
    static func missing(
        found: [TopicDescription], prefix: String, partitions: Int?, replicas: Int?
    ) throws(UsageError) -> [NewTopic] {
        let byName = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
        let existing = Topics.all.first { $0.partitions == .shared && byName[prefix + $0.name] != nil }
            .flatMap { byName[prefix + $0.name]?.partitions }
        if let existing, let partitions, existing != partitions {
            throw UsageError("--partitions: the topics that exist have \(existing), and all must have the same")
        }
        let shared = partitions ?? existing ?? Topics.defaultPartitions
        return Topics.all.filter { byName[prefix + $0.name] == nil }.map { plan in
            NewTopic(
                name: prefix + plan.name, partitions: plan.partitionCount(shared: shared), replicas: replicas ?? -1,
                settings: plan.configuration)
        }
    }
}

/// A topic could not be created.
struct TopicFailure: Error, CustomStringConvertible {
    let name: String
    let error: KafkaError
    var description: String { "\(name) could not be created: \(error)" }
}
