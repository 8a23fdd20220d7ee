public import Model

/// What a policy says of a request, whoever made it.
public struct GuardrailJudgement: Sendable, Hashable {
    /// Why something is not done, or not yet: a stable code, and the same for a person.
    public struct Finding: Sendable, Hashable {
        /// The code.
        public let reason: Reason
        /// Which words of the policy and which machine, target or requester.
        public let words: String

        /// Whether it is so. Otherwise too little is known to tell that it is not, which may change.
        public let isKnown: Bool

        /// A finding.
        public init(_ reason: Reason, _ words: String, isKnown: Bool = true) {
            self.reason = reason
            self.words = words
            self.isKnown = isKnown
        }
    }

    /// Why it is refused; nil if it is not.
    public var refusal: Finding?
    /// How far it may go: the strictest of what the policy says of the machines, the requester and the key, and of what
    /// the request asks for itself.
    public var mode: ResponseMode
    /// Which words of the policy have set the mode.
    public var modeWords: String
    /// Whether whoever asked may also approve.
    public var requesterMayApprove: Bool

    /// A judgement.
    public init(
        refusal: Finding? = nil, mode: ResponseMode, modeWords: String = "", requesterMayApprove: Bool = false
    ) {
        self.refusal = refusal
        self.mode = mode
        self.modeWords = modeWords
        self.requesterMayApprove = requesterMayApprove
    }
}

/// A request as the guardrails see it.
public struct AskedResponse: Sendable {
    /// What is asked, each action with its machine, each once.
    public var targets: [ActionTarget]
    /// Who asks, as the request says.
    public var requester: String?
    /// The key that it was signed with.
    public var keyID: String?
    /// How far it asks to go itself.
    public var mode: ResponseMode?
    /// The names of targets, where they are known, by the targets' GUIDs.
    public var names: [String: String]
    /// The machines that targets are on, as the console tells it, by the targets' GUIDs. A target of which it does not
    /// is taken to be on the machine that the request names.
    public var targetMachines: [String: String]

    /// A request.
    public init(
        targets: [ActionTarget], requester: String? = nil, keyID: String? = nil, mode: ResponseMode? = nil,
        names: [String: String] = [:], targetMachines: [String: String] = [:]
    ) {
        self.targets = targets
        self.requester = requester
        self.keyID = keyID
        self.mode = mode
        self.names = names
        self.targetMachines = targetMachines
    }
}

extension ResponsePolicy {
    /// What the policy says of a request.
    ///
    /// Every doubt counts for the strict side: a machine that may belong to a protected group is protected, and of the
    /// modes of all groups that a machine may belong to the strictest holds.
    ///
    /// - Parameter machines: What the console says of the request's machines, by GUID; one that is missing is protected.
    public func judge(_ asked: AskedResponse, machines: [String: MachineFacts]) -> GuardrailJudgement {
        let bench = JudgedRequest(asked, machines, under: self)
        let mode = bench.mode
        return GuardrailJudgement(
            refusal: bench.refusal, mode: mode.mode, modeWords: mode.words,
            requesterMayApprove: bench.requesterRule?.rule.mayApproveOwn ?? false)
    }

    /// Whether the console has to be asked for targets: for their names where some are protected, and for their machines
    /// where machines are not all alike.
    public var needsTargetFacts: Bool {
        !protectedTargets.names.isEmpty
            || groups.contains { $0.isProtected || $0.mode != nil || $0.actions != nil }
            || requesters.contains { $0.groups != nil } || keys.contains { $0.groups != nil }
    }
}
