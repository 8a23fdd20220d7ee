public import Model

/// What is done about which item, as a file says it: the first rule that fits decides, and where none fits nothing is
/// done.
///
/// ```yaml
/// mode: observe                       # for rules without their own; observe if absent
/// rules:
///   - name: stop malicious processes
///     when:
///       verdict: [malicious]          # always named: no verdict counts as another
///       decisionStatus: [DDS_FAILED_TO_PREVENT]
///       itemKind: [process]
///     actions: [KILL_PROCESS]         # empty: leave it alone, also for later rules
///     mode: enforce
/// ```
public struct ResponsePolicy: Sendable, Hashable {
    /// One rule.
    public struct Rule: Sendable, Hashable {
        /// Its name in results and logs; each name once.
        public var name: String
        /// The verdicts that it is about; at least one.
        public var verdicts: Set<Verdict>
        /// The console's words for what its own protection did. Nil: any, or none.
        public var decisionStatuses: Set<String>?
        /// The kinds of items. Nil: every kind that one of the actions fits; every kind at all if there are no actions.
        public var itemKinds: Set<ItemKind>?
        /// What is done, in this order. Empty: nothing.
        public var actions: [ActionType]
        /// Whether it is really done.
        public var mode: ResponseMode

        /// A rule made by hand.
        public init(
            name: String, verdicts: Set<Verdict>, decisionStatuses: Set<String>? = nil,
            itemKinds: Set<ItemKind>? = nil, actions: [ActionType], mode: ResponseMode
        ) {
            self.name = name
            self.verdicts = verdicts
            self.decisionStatuses = decisionStatuses
            self.itemKinds = itemKinds
            self.actions = actions
            self.mode = mode
        }
    }

    /// The mode of rules that name none, and of machines that belong to no group with a mode of its own.
    public var mode: ResponseMode
    /// The rules in their order.
    public var rules: [Rule]
    /// The machine groups.
    public var groups: [MachineGroup] = []
    /// What holds for requesters, in this order.
    public var requesters: [RequesterRule] = []
    /// What nothing is done to.
    public var protectedTargets = ProtectedTargets()
    /// How much at once.
    public var caps = ResponseCaps.standard
    /// The keys that records may be signed with.
    public var keys: [PolicyKey] = []
    /// A hash of the file, the same wherever it is read; empty for a policy made by hand.
    public var digest = ""

    /// A policy made by hand.
    public init(mode: ResponseMode = .observe, rules: [Rule]) {
        self.mode = mode
        self.rules = rules
    }
}

/// What a policy says about one item.
public struct PolicyDecision: Sendable, Hashable {
    /// The rule that decided.
    public let rule: String
    /// What to do with the item; each action fits its kind. Empty: the rule says to leave it alone.
    public let actions: [ActionType]
    /// Whether it is really done.
    public let mode: ResponseMode
}
