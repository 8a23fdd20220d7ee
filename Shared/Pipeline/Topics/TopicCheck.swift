public import Kafka
internal import Model
public import Runtime

/// What is wrong with the topics of a deployment.
public struct TopicProblems: ExitCodeError, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for each topic that is missing or must not be used as it is.
    public let problems: [String]

    /// An error of these problems.
    public init(problems: [String]) {
        self.problems = problems
    }

    /// A wrong configuration: it will not mend itself.
    public var exitCode: ExitCode { .configuration }

    /// The problems, one a line.
    public var description: String { (["topics are not as they must be:"] + problems).joined(separator: "\n  - ") }
}

/// Compares the topics that a broker has with what Riposte needs of them.
///
/// A ledger that is not compacted, or has two partitions, is not a smaller ledger but a double remediation, so a service
/// refuses to start on one.
public enum TopicCheck {
    /// Compares all topics; one sentence for each that will not do, with what mends it.
    ///
    /// - Parameters:
    ///   - found: The topics as the brokers describe them.
    ///   - servers: The brokers, as the commands that mend a topic name them.
    public static func problems(prefix: String, found: [TopicDescription], servers: String) -> [String] {
        let byName = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
        let counts = Topics.all.filter { $0.partitions == .shared }.compactMap { byName[prefix + $0.name]?.partitions }
        let check = TopicComparison(mending: TopicMending(servers: servers), sharedCount: usual(counts))
        return Topics.all.compactMap { check.problem($0, name: prefix + $0.name, found: byName[prefix + $0.name]) }
    }

    /// The number that most topics have; the larger one where that does not decide, for no partition can be taken away.
    private static func usual(_ counts: [Int]) -> Int {
        let frequencies = Dictionary(counts.map { ($0, 1) }, uniquingKeysWith: +)
        return frequencies.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? Topics.defaultPartitions
    }
}

/// Compares one topic with what it must be.
private struct TopicComparison {
    let mending: TopicMending
    /// The number of partitions of the topics that share one.
    let sharedCount: Int

    func problem(_ plan: TopicPlan, name: String, found: TopicDescription?) -> String? {
        guard let found else { return "\(name) does not exist: \(mending.missing)" }
        let problems = [partitions(plan, name, found.partitions), settings(plan, name, found.settings)]
        let sentences = problems.compactMap { $0 }
        return sentences.isEmpty ? nil : sentences.joined(separator: "; ")
    }

    private func partitions(_ plan: TopicPlan, _ name: String, _ count: Int) -> String? {
        let wanted = plan.partitionCount(shared: sharedCount)
        guard count != wanted else { return nil }
        let words = plan.partitions == .shared ? ", as the others have" : ""
        let mend = count < wanted ? mending.raise(name, to: wanted) : mending.remake(name)
        return "\(name) has \(count) partitions and must have \(wanted)\(words): \(mend)"
    }

    private func settings(_ plan: TopicPlan, _ name: String, _ found: [String: String]) -> String? {
        let wrong = plan.requirements.sorted { $0.key < $1.key }.filter { setting, wanted in
            !Self.isEnough(setting, found[setting] ?? "", wanted)
        }
        guard !wrong.isEmpty else { return nil }
        let words = wrong.map { setting, wanted in
            let least = TopicPlan.leastSettings.contains(setting) ? " at least" : ""
            return "\(setting)=\(found[setting] ?? "") and must have\(least) \(wanted)"
        }
        // Where less than the topic is created with will do, it is mended to that.
        let planned = plan.configuration
        let mend = mending.set(wrong.map { (name: $0.key, value: planned[$0.key] ?? $0.value) }, of: name)
        return "\(name) has \(words.joined(separator: "; has ")): \(mend)"
    }

    /// Kafka keeps a list as the operator wrote it, in any order.
    private static func isEnough(_ setting: String, _ value: String, _ wanted: String) -> Bool {
        if setting == "retention.ms", value.hasPrefix("-") { return true }  // for ever
        if TopicPlan.leastSettings.contains(setting) { return (Int64(value) ?? 0) >= (Int64(wanted) ?? 0) }
        guard setting == "cleanup.policy" else { return value == wanted }
        func words(_ text: String) -> Set<Substring> { Set(text.replacing(" ", with: "").split(separator: ",")) }
        return words(value) == words(wanted)
    }
}

extension KafkaConnection {
    /// Checks that the topics are there and as they must be.
    ///
    /// - Parameter memory: Also checks that no record of a request outlives the memory of it.
    /// - Returns: The number of partitions that the topics share.
    /// - Throws: ``TopicProblems``, or a `KafkaError` while no broker answers.
    @discardableResult
    public func checkTopics(remembering memory: RequestMemory? = nil) async throws -> Int {
        // A call cannot be cancelled, so it is short: a service that waits for Kafka must still be able to end.
        let admin = try KafkaAdmin(settings.kafka, within: .seconds(5))
        if settings.checksTopics {
            let found = try await admin.describe(topics: Topics.all.map { settings.prefix + $0.name })
            let requests = found.first { $0.name == name(of: Topics.requests) }
            let forgetful = requests.flatMap { memory?.problem(with: $0) }
            let problems =
                TopicCheck.problems(
                    prefix: settings.prefix, found: found, servers: settings.kafka.bootstrapServers)
                + (forgetful.map { [$0] } ?? [])
            guard problems.isEmpty else { throw TopicProblems(problems: problems) }
        }
        guard let count = try await admin.partitionCount(of: name(of: Topics.requests)) else {
            throw TopicProblems(problems: ["\(name(of: Topics.requests)) does not exist"])
        }
        return count
    }
}
