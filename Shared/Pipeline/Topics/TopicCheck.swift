public import Kafka
public import Model
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
        let wrong = plan.requirements.sorted { $0.key < $1.key }.filter { setting, wanted in
            !isEnough(setting, found.settings[setting] ?? "", wanted)
        }
        guard !wrong.isEmpty else { return nil }
        let words = wrong.map { setting, wanted in
            let least = setting == size ? " at least" : ""
            return "\(setting)=\(found.settings[setting] ?? "") and must have\(least) \(wanted)"
        }
        return "\(name) has \(words.joined(separator: "; has "))"
    }

    private static let size = "max.message.bytes"

    /// Kafka keeps a list as the operator wrote it, in any order.
    private static func isEnough(_ setting: String, _ value: String, _ wanted: String) -> Bool {
        if setting == size { return (Int64(value) ?? 0) >= (Int64(wanted) ?? 0) }
        guard setting == "cleanup.policy" else { return value == wanted }
        func words(_ text: String) -> Set<Substring> { Set(text.replacing(" ", with: "").split(separator: ",")) }
        return words(value) == words(wanted)
    }

    /// Compares all topics; one sentence for each that will not do.
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
                TopicCheck.problems(prefix: settings.prefix, found: found) + (forgetful.map { [$0] } ?? [])
            guard problems.isEmpty else { throw TopicProblems(problems: problems) }
        }
        guard let count = try await admin.partitionCount(of: name(of: Topics.requests)) else {
            throw TopicProblems(problems: ["\(name(of: Topics.requests)) does not exist"])
        }
        return count
    }
}
