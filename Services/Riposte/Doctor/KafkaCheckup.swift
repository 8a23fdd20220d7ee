internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime
internal import Synchronization

/// What Kafka and the topics say.
struct KafkaCheckup: Sendable {
    let access: KafkaAccess

    /// Whether no broker answers, so that there is nothing more to ask.
    private(set) var isAway = false

    init(_ access: KafkaAccess) { self.access = access }

    private var servers: String { access.connection.settings.kafka.bootstrapServers }

    /// Whether a broker answers.
    mutating func brokers() async -> Finding {
        do {
            _ = try await access.partitions(of: Topics.results)
        } catch is TopicProblems {
            // That a topic is missing is an answer, too.
        } catch {
            isAway = true
            return Finding(
                .fail, "kafka",
                "\(error). Is KAFKA_BOOTSTRAP_SERVERS right, and can this host reach it? Everything waits until it is back"
            )
        }
        return Finding(.ok, "kafka", "\(servers) answers")
    }

    /// Whether the topics are as they must be.
    func topics() async -> Finding {
        let prefix = access.connection.settings.prefix
        guard access.connection.settings.checksTopics else { return await existence(prefix) }
        do {
            let problems = TopicCheck.problems(
                prefix: prefix, found: try await TopicsCommands.describe(access), servers: servers)
            guard problems.isEmpty else {
                return Finding(.fail, "topics", (["not as they must be:"] + problems).joined(separator: "\n"))
            }
            return Finding(.ok, "topics", "\(Topics.all.count) topics are as they must be (prefix '\(prefix)')")
        } catch {
            return Finding(.fail, "topics", "\(error)")
        }
    }

    /// The embedded broker alone does not tell its topics' settings.
    private func existence(_ prefix: String) async -> Finding {
        do {
            for topic in Topics.all { _ = try await access.partitions(named: prefix + topic.name) }
            let words = "\(Topics.all.count) topics exist; their settings are not looked at: TOPICS_CHECK is off"
            return Finding(.warn, "topics", words)
        } catch {
            return Finding(.fail, "topics", "\(error)")
        }
    }

    /// How the halt switch stands.
    func haltSwitch() async -> Finding {
        do {
            let follower = try await access.follower(of: Topics.control, fromStart: true)
            let state = Mutex(ControlWatch.Word.removed)
            let reading = Task {
                try await follower.run { records in
                    for record in records {
                        let word = Self.word(of: record)
                        if word != .nothing { state.withLock { $0 = word } }
                    }
                }
            }
            let isRead = await Result { try await follower.caughtUp() }
            await follower.stop()
            try await reading.value
            try isRead.get()
            return StateFindings.haltSwitch(state.withLock { $0 }, now: .now())
        } catch {
            return Finding(.fail, "switch", "\(error). While it cannot be read nothing is sent")
        }
    }

    /// What cannot be read may have been meant as a halt, and counts as one.
    private static func word(of record: KafkaRecord) -> ControlWatch.Word {
        do throws(Unusable) {
            return try ControlWatch.word(of: record)
        } catch {
            let halt = ControlCommands.control(
                on: true, by: "an unreadable record", reason: error.description,
                at: Timestamp(milliseconds: record.timestamp))
            return .set(halt)
        }
    }

    /// What is open, and what of it waits for a person.
    func requests() async -> Finding {
        do {
            return StateFindings.requests(Array(try await access.results().values), now: .now())
        } catch {
            return Finding(.fail, "requests", "\(error)")
        }
    }
}
