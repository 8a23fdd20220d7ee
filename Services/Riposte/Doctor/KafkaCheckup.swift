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
        let kafka = access.connection.settings.kafka
        let complaints = KafkaComplaints()
        do throws(KafkaError) {
            let admin = try KafkaAdmin(kafka, within: KafkaAccess.patience, observer: complaints.observer)
            // That a topic is missing, or not for us, is an answer, too.
            _ = try await admin.partitionCount(of: access.connection.name(of: Topics.results))
        } catch  where KafkaTrouble.advice(error) == nil {
            isAway = true
            return KafkaTrouble.finding(error, complaints: complaints.texts, servers: servers)
        } catch {}
        let protocolName = kafka.settings["security.protocol"]?.lowercased() ?? "plaintext"
        let way = protocolName == "plaintext" ? "" : " by \(protocolName)"
        return Finding(.ok, "kafka", "\(servers) answers\(way)")
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
            return Finding(.fail, "topics", Self.words(error))
        }
    }

    /// The embedded broker alone does not tell its topics' settings.
    private func existence(_ prefix: String) async -> Finding {
        do {
            for topic in Topics.all { _ = try await access.partitions(named: prefix + topic.name) }
            let words = "\(Topics.all.count) topics exist; their settings are not looked at: TOPICS_CHECK is off"
            return Finding(.warn, "topics", words)
        } catch {
            return Finding(.fail, "topics", Self.words(error))
        }
    }

    /// How the halt switch stands.
    func haltSwitch() async -> Finding {
        do {
            let word = try await within(.seconds(20), orElse: Self.refusedReading) { try await switchWord() }
            return StateFindings.haltSwitch(word, now: .now())
        } catch {
            return Finding(.fail, "switch", "\(Self.words(error)). While it cannot be read nothing is sent")
        }
    }

    private func switchWord() async throws -> ControlWatch.Word {
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
        return state.withLock { $0 }
    }

    /// Kafka tells a follower that it may not read a topic no louder than that a broker is away.
    private static let refusedReading =
        "Kafka may not allow this principal to read the topic; 'riposte topics acls' prints what each role needs"

    /// An error with what to do about it, where that is known.
    private static func words(_ error: any Error) -> String {
        guard let error = error as? KafkaError, let advice = KafkaTrouble.advice(error) else { return "\(error)" }
        return "\(error)\n\(advice)"
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
            let results = try await within(.seconds(60), orElse: Self.refusedReading) { try await access.results() }
            return StateFindings.requests(Array(results.values), now: .now())
        } catch {
            return Finding(.fail, "requests", Self.words(error))
        }
    }

    /// Whether Kafka's clock is ahead of ours, by what the brokers have stamped on the ledger.
    func clock() async -> Finding? {
        let limit = Timestamp.now() + ClockFindings.tolerance
        do throws(KafkaError) {
            let admin = try KafkaAdmin(access.connection.settings.kafka, within: KafkaAccess.patience)
            let ledger = access.connection.name(of: Topics.ledger)
            return ClockFindings.kafka(isBehind: try await admin.holdsRecord(of: ledger, from: limit.milliseconds))
        } catch {
            return nil  // that the ledger cannot be looked at is said where the topics are
        }
    }
}
