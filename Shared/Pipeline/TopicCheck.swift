public import Kafka
public import Model
public import Runtime

/// What is wrong with the topics of a deployment.
public struct TopicProblems: ExitCodeError, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for each topic that is missing or must not be used as it is.
    public let problems: [String]

    public init(problems: [String]) { self.problems = problems }

    /// A wrong configuration: it will not mend itself.
    public var exitCode: ExitCode { .configuration }

    public var description: String { (["topics are not as they must be:"] + problems).joined(separator: "\n  - ") }
}

/// Compares the topics that a broker has with what Riposte needs of them.
///
/// A ledger that is not compacted, or has two partitions, is not a smaller ledger but a double remediation, so a service
/// refuses to start on one.
public enum TopicCheck {
    /// Compares one topic; nil if it will do.
    ///
    /// - Parameters:
    ///   - found: The topic as the broker describes it; nil if it does not exist.
    ///   - sharedCount: The partitions of the topics that share one number; nil for the first of them.
    public static func problem(
        _ plan: TopicPlan, prefix: String, found: TopicDescription?, sharedCount: Int?
    ) -> String? {
        let name = prefix + plan.name
        guard let found else { return "\(name) does not exist: riposte topics apply creates it" }
        switch plan.partitions {
        case .exactly(let count) where found.partitions != count:
            return "\(name) has \(found.partitions) partitions and must have \(count)"
        case .shared where sharedCount.map({ $0 != found.partitions }) ?? false:
            return "\(name) has \(found.partitions) partitions and the others \(sharedCount ?? 0): they must be equal"
        default: break
        }
        for (setting, wanted) in plan.requirements.sorted(by: { $0.key < $1.key }) {
            let value = found.settings[setting] ?? ""
            guard value != wanted else { continue }
            return "\(name) has \(setting)=\(value) and must have \(wanted)"
        }
        return nil
    }

    /// Compares all topics.
    public static func problems(prefix: String, found: [TopicDescription]) -> [String] {
        let byName = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
        let shared = Topics.all.first { $0.partitions == .shared && byName[prefix + $0.name] != nil }
        let sharedCount = shared.flatMap { byName[prefix + $0.name]?.partitions }
        return Topics.all.compactMap { plan in
            problem(plan, prefix: prefix, found: byName[prefix + plan.name], sharedCount: sharedCount)
        }
    }
}

extension KafkaConnection {
    /// Checks that the topics are there and as they must be.
    ///
    /// - Returns: The number of partitions that the topics share.
    /// - Throws: ``TopicProblems``, or a `KafkaError` while no broker answers.
    public func checkTopics() async throws -> Int {
        let admin = try KafkaAdmin(settings.kafka)
        if settings.checksTopics {
            let found = try await admin.describe(topics: Topics.all.map { settings.prefix + $0.name })
            let problems = TopicCheck.problems(prefix: settings.prefix, found: found)
            guard problems.isEmpty else { throw TopicProblems(problems: problems) }
        }
        guard let count = try await admin.partitionCount(of: name(of: Topics.requests)) else {
            throw TopicProblems(problems: ["\(name(of: Topics.requests)) does not exist"])
        }
        return count
    }
}
