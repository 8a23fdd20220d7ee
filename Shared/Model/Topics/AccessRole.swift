/// A part of a deployment that logs in to Kafka as a principal of its own, and what it may do there: no more than it needs.
public enum AccessRole: String, Sendable, Hashable, CaseIterable {
    /// The service that asks the console.
    case detector
    /// The service that asks threat intelligence.
    case enricher
    /// The service that plans and responds: the only one that reads what is asked for.
    case remediator
    /// The service that follows responses to their end: the only one that writes results.
    case tracker
    /// A SOAR or script: asks, and reads what came of it.
    case requester
    /// A person or program that decides what waits for an approval.
    case approver
    /// A person who halts and resumes, and looks after dead letters.
    case `operator`
    /// A reader of what there is to see.
    case dashboard
    /// The job that creates topics: `riposte topics apply`.
    case topics
    /// What sees how far the groups are behind, to scale the services by it.
    case scaler

    /// The consumer groups that it is a member of.
    public var groups: [ConsumerGroup] {
        switch self {
        case .detector: [.detector]
        case .enricher: [.enricher]
        case .remediator: [.planner, .executor]
        case .tracker: [.tracker]
        case .requester, .approver, .operator, .dashboard, .topics, .scaler: []
        }
    }

    /// What whoever follows a whole topic or asks about topics names as its group, and never commits for: Kafka wants to be
    /// asked where each group is looked after.
    public var namedGroups: [String] {
        switch self {
        case .detector, .enricher, .remediator, .tracker: ["riposte.\(rawValue).follower", "riposte-admin"]
        case .requester, .approver, .operator, .dashboard, .topics: ["riposte.cli.follower", "riposte-admin"]
        case .scaler: ConsumerGroup.allCases.map(\.rawValue)
        }
    }

    /// What the names of its own groups begin with; nil for whoever has no groups but Riposte's.
    public var groupPrefix: String? {
        switch self {
        case .requester, .dashboard: "\(rawValue)."
        case .detector, .enricher, .remediator, .tracker, .approver, .operator, .topics, .scaler: nil
        }
    }
}

/// Who reads and writes a topic.
public struct TopicAccess: Sendable {
    /// The topic.
    public let topic: TopicPlan
    /// Who writes it.
    public let writers: Set<AccessRole>
    /// Who reads it.
    public let readers: Set<AccessRole>

    /// Every topic, as ``Topics/all`` orders them.
    public static let all: [TopicAccess] = [
        TopicAccess(
            topic: Topics.detections.description, writers: [.detector],
            readers: [.detector, .enricher, .approver, .operator, .dashboard]),
        TopicAccess(
            topic: Topics.enrichedDetections.description, writers: [.enricher],
            readers: [.enricher, .remediator, .operator, .dashboard]),
        TopicAccess(
            topic: Topics.reputations.description, writers: [.enricher],
            readers: [.enricher, .operator, .dashboard]),
        TopicAccess(
            topic: Topics.requests.description, writers: [.remediator, .requester], readers: [.remediator]),
        TopicAccess(topic: Topics.decisions.description, writers: [.approver], readers: [.remediator]),
        TopicAccess(
            topic: Topics.ledger.description, writers: [.remediator, .tracker], readers: [.remediator, .tracker]),
        TopicAccess(
            topic: Topics.results.description, writers: [.tracker],
            readers: [.tracker, .requester, .approver, .operator, .dashboard]),
        TopicAccess(
            topic: Topics.control.description, writers: [.operator, .topics],
            readers: [.detector, .remediator, .operator, .topics]),
        TopicAccess(
            topic: Topics.deadLetters.description, writers: [.detector, .enricher, .remediator, .tracker],
            readers: [.operator]),
    ]
}
