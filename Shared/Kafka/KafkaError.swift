internal import CRdkafka

/// What went wrong between us and Kafka.
public struct KafkaError: Error, Sendable, Hashable {
    /// The kind of an error: librdkafka's number, of which the negative ones are its own and the others the broker's.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// librdkafka's `rd_kafka_resp_err_t`.
        public var rawValue: Int32

        /// The kind with this number.
        public init(rawValue: Int32) { self.rawValue = rawValue }
    }

    /// The kind.
    public var code: Code
    /// What happened, in words; never a secret.
    public var message: String
    /// Whether the client cannot go on: its owner should end the process and let the supervisor start it again.
    public var isFatal: Bool
    /// The index in the batch of the record that it concerns, where there is one.
    public var recordIndex: Int?

    /// An error of our own making or from librdkafka.
    public init(_ code: Code, _ message: String? = nil, isFatal: Bool = false, recordIndex: Int? = nil) {
        self.code = code
        self.message = message ?? code.explanation
        self.isFatal = isFatal
        self.recordIndex = recordIndex
    }

    /// Whether the same thing may succeed later without anyone doing anything.
    public var isRetriable: Bool { !isFatal && Code.transient.contains(code) }
    /// Whether it is a state that passes by itself: a connection that broke (an idle one is cut by the broker, and the last
    /// one raises "all brokers down"), or a group that is changing its assignment.
    public var isState: Bool { Code.states.contains(code) }
}

extension KafkaError.Code {
    /// The broker could not be reached or the connection broke.
    public static let transport = Self(rawValue: -195)
    /// The client was closed.
    public static let closed = Self(rawValue: -197)
    /// The record could not be delivered in the time that was given.
    public static let messageTimedOut = Self(rawValue: -192)
    /// A host name could not be resolved.
    public static let resolve = Self(rawValue: -193)
    /// The partition does not exist.
    public static let unknownPartition = Self(rawValue: -190)
    /// The topic does not exist.
    public static let unknownTopic = Self(rawValue: -188)
    /// No broker can be reached just now.
    public static let allBrokersDown = Self(rawValue: -187)
    /// A setting or argument is wrong.
    public static let invalidArgument = Self(rawValue: -186)
    /// It took too long.
    public static let timedOut = Self(rawValue: -185)
    /// The client's queue has no room.
    public static let queueFull = Self(rawValue: -184)
    /// TLS failed; on librdkafka before 2.2 also an idle connection that the broker ended.
    public static let ssl = Self(rawValue: -181)
    /// No coordinator is known yet.
    public static let waitingForCoordinator = Self(rawValue: -180)
    /// Nothing to do at this state, for example a commit for partitions that are not ours any more.
    public static let wrongState = Self(rawValue: -172)
    /// Nothing to commit.
    public static let noOffset = Self(rawValue: -168)
    /// The client's state is beyond repair.
    public static let fatal = Self(rawValue: -150)
    /// The application did not poll for `max.poll.interval.ms`.
    public static let pollExceeded = Self(rawValue: -147)
    /// The topic or partition does not exist, says the broker.
    public static let unknownTopicOrPartition = Self(rawValue: 3)
    /// The partition has no leader just now.
    public static let leaderNotAvailable = Self(rawValue: 5)
    /// The broker is not the partition's leader any more.
    public static let notLeader = Self(rawValue: 6)
    /// The broker did not answer in time.
    public static let requestTimedOut = Self(rawValue: 7)
    /// The record is larger than the topic allows.
    public static let messageTooLarge = Self(rawValue: 10)
    /// The group's coordinator is loading.
    public static let coordinatorLoading = Self(rawValue: 14)
    /// The group's coordinator is away.
    public static let coordinatorNotAvailable = Self(rawValue: 15)
    /// The group has moved to another coordinator.
    public static let notCoordinator = Self(rawValue: 16)
    /// The batch is larger than a segment of the topic's log.
    public static let recordListTooLarge = Self(rawValue: 18)
    /// Too few replicas are in sync to accept the record.
    public static let notEnoughReplicas = Self(rawValue: 19)
    /// Too few replicas were in sync when it was written.
    public static let notEnoughReplicasAfterAppend = Self(rawValue: 20)
    /// The group has a newer generation: these partitions are not ours any more.
    public static let illegalGeneration = Self(rawValue: 22)
    /// The group does not know us any more.
    public static let unknownMember = Self(rawValue: 25)
    /// The group is changing its assignment.
    public static let rebalanceInProgress = Self(rawValue: 27)
    /// The principal may not use the topic.
    public static let topicAuthorizationFailed = Self(rawValue: 29)
    /// The principal may not use the group.
    public static let groupAuthorizationFailed = Self(rawValue: 30)
    /// The principal may not do this to the cluster.
    public static let clusterAuthorizationFailed = Self(rawValue: 31)
    /// The topic exists already.
    public static let topicExists = Self(rawValue: 36)
    /// The number of partitions is not possible.
    public static let invalidPartitions = Self(rawValue: 37)
    /// The broker found the record invalid, for example keyless on a compacted topic.
    public static let invalidRecord = Self(rawValue: 87)

    /// librdkafka's name for it, for example `_TRANSPORT` or `TOPIC_AUTHORIZATION_FAILED`.
    public var name: String { unsafe String(cString: rd_kafka_err2name(rd_kafka_resp_err_t(rawValue))) }
    /// librdkafka's sentence for it.
    public var explanation: String { unsafe String(cString: rd_kafka_err2str(rd_kafka_resp_err_t(rawValue))) }

    static let states: Set<Self> = [
        .allBrokersDown, .transport, .resolve, .ssl, .timedOut, .waitingForCoordinator, .rebalanceInProgress,
    ]
    static let transient: Set<Self> = [
        .transport, .messageTimedOut, .resolve, .allBrokersDown, .timedOut, .queueFull, .waitingForCoordinator,
        .leaderNotAvailable, .notLeader, .requestTimedOut, .coordinatorLoading, .coordinatorNotAvailable,
        .notCoordinator, .notEnoughReplicas, .notEnoughReplicasAfterAppend, .rebalanceInProgress,
    ]
}

extension KafkaError: CustomStringConvertible {
    /// For example `_TIMED_OUT: no answer within 5 s`.
    public var description: String { "\(code.name): \(message)\(isFatal ? " (fatal)" : "")" }
}

extension KafkaError {
    /// librdkafka's answer as an error, or nil when it is "no error".
    init?(_ code: rd_kafka_resp_err_t, _ message: String? = nil) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        self.init(Code(rawValue: code.rawValue), message)
    }
}
