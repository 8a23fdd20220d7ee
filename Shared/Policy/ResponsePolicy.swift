public import Model

/// What is done about which item and how far anything may go, as a file says it.
///
/// Of the rules the first that fits an item decides, and where none fits nothing is done. The rest binds every request,
/// whoever made it.
///
/// ```yaml
/// mode: observe                       # for machines in no group with a mode of its own; observe if absent
/// groups:
///   - name: workstations
///     match: {name: [ws-*], os: [WINDOWS]}
///     mode: enforce
///   - name: domain controllers
///     match: {label: [tier-0]}
///     protected: true
/// rules:
///   - name: stop malicious processes
///     when:
///       verdict: [malicious]          # always named: no verdict counts as another
///       decisionStatus: [DDS_FAILED_TO_PREVENT]
///       itemKind: [process]
///       machineGroup: [workstations]
///     actions: [KILL_PROCESS]         # empty: leave it alone, also for later rules
///     mode: approve                   # as far as the machine's groups allow, if absent
/// requesters:
///   - match: {name: [soar-*]}
///     actions: [QUARANTINE_FILE]
/// protected: {targets: ["214.4712067068585916413"], names: [lsass.exe]}
/// caps: {actionsPerRequest: 20, actionsPerHour: unlimited}
/// keys:
///   - {id: soar, algorithm: ed25519, file: keys/soar.pem, uses: [requests]}
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
        /// The machine groups that it is about. Nil: any machine.
        ///
        /// Where too little is known of a machine to tell, a rule with actions does not fit, and one without does.
        public var machineGroups: Set<String>?
        /// What is done, in this order. Empty: nothing.
        public var actions: [ActionType]
        /// How far it goes at most; what holds for the machine binds it too.
        public var mode: ResponseMode
        /// Whether its file says ``mode``; otherwise that follows from the policy's mode and the groups'.
        public var saysMode = true

        /// A rule made by hand.
        public init(
            name: String, verdicts: Set<Verdict>, decisionStatuses: Set<String>? = nil,
            itemKinds: Set<ItemKind>? = nil, machineGroups: Set<String>? = nil, actions: [ActionType],
            mode: ResponseMode
        ) {
            self.name = name
            self.verdicts = verdicts
            self.decisionStatuses = decisionStatuses
            self.itemKinds = itemKinds
            self.machineGroups = machineGroups
            self.actions = actions
            self.mode = mode
        }
    }

    /// The mode of machines that belong to no group with a mode of its own.
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
    /// The SHA-256 of the file's bytes in hexadecimal, the same wherever it is read; empty for a policy made by hand.
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
    /// How far the rule goes at most.
    public let mode: ResponseMode
}
