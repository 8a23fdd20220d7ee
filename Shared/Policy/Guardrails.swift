public import Model
internal import PlatformIDs

/// A group of machines that a policy treats alike. A machine may belong to several, and then the strictest word of each
/// kind holds.
public struct MachineGroup: Sendable, Hashable {
    /// Its name in results, logs, and in the rules that name it; each name once.
    public var name: String
    /// Which machines belong to it.
    public var match: MachineMatch
    /// How far Riposte may go there; nil: as for any machine.
    public var mode: ResponseMode?
    /// What may be done there; nil: whatever may be done at all.
    public var actions: Set<ActionType>?
    /// Whether nothing at all may be done there.
    public var isProtected: Bool

    /// A group made by hand.
    public init(
        name: String, match: MachineMatch, mode: ResponseMode? = nil, actions: Set<ActionType>? = nil,
        isProtected: Bool = false
    ) {
        self.name = name
        self.match = match
        self.mode = mode
        self.actions = actions
        self.isProtected = isProtected
    }
}

/// What holds for the requests of some requesters: the first entry that fits decides, and it can only be stricter than
/// what holds for the machine.
public struct RequesterRule: Sendable, Hashable {
    /// Names as the requests give them (`initiatorUserName`), which anyone may claim; nil: any, also none.
    public var names: [NamePattern]?
    /// Ids of keys that the request was signed with; nil: any, also none.
    public var keys: Set<String>?
    /// How far Riposte may go for them; nil: as the machine allows.
    public var mode: ResponseMode?
    /// What they may ask for; nil: whatever may be done at all.
    public var actions: Set<ActionType>?
    /// The machine groups that they may ask for; nil: every machine.
    public var groups: Set<String>?
    /// Whether they may approve their own requests.
    public var mayApproveOwn: Bool

    /// A rule made by hand.
    public init(
        names: [NamePattern]? = nil, keys: Set<String>? = nil, mode: ResponseMode? = nil,
        actions: Set<ActionType>? = nil, groups: Set<String>? = nil, mayApproveOwn: Bool = false
    ) {
        self.names = names
        self.keys = keys
        self.mode = mode
        self.actions = actions
        self.groups = groups
        self.mayApproveOwn = mayApproveOwn
    }
}

/// What nothing is done to.
public struct ProtectedTargets: Sendable, Hashable {
    /// GUIDs of processes, files and registry entries, in whichever spelling.
    public var ids: Set<String> { didSet { keys = PlatformID.keys(ids) } }
    /// Names of processes and files, as the console shows them. With any, the console is asked for the name of every
    /// target before anything is sent, and one whose name it does not tell is protected.
    public var names: [NamePattern]
    /// What the ids name. Every request is compared with it, and a policy may protect thousands.
    private(set) var keys: Set<PlatformID.Key>

    /// Nothing is protected unless named.
    public init(ids: Set<String> = [], names: [NamePattern] = []) {
        self.ids = ids
        self.names = names
        keys = PlatformID.keys(ids)
    }
}

extension PlatformID {
    /// What ids name, each once whichever way it is spelled.
    static func keys(_ ids: Set<String>) -> Set<Key> { Set(ids.lazy.map { Key($0) }) }
}

/// How much at once.
public struct ResponseCaps: Sendable, Hashable {
    /// Actions of one request: one with more is refused. Nil: as many as a request may have at all.
    public var actionsPerRequest: Int?
    /// Actions of one request on one machine: one with more is refused.
    public var actionsPerMachine: Int?
    /// What may be sent within an hour: what is over it waits.
    public var rates: RateCaps

    /// Caps made by hand.
    public init(actionsPerRequest: Int? = nil, actionsPerMachine: Int? = nil, rates: RateCaps = RateCaps()) {
        self.actionsPerRequest = actionsPerRequest
        self.actionsPerMachine = actionsPerMachine
        self.rates = rates
    }

    /// What holds where a policy says nothing of caps.
    public static let standard = ResponseCaps(
        actionsPerRequest: 20, actionsPerMachine: 10,
        rates: RateCaps(actionsPerMachineAndHour: 20, machinesPerHour: 50, actionsPerHour: 200))
}

/// A key that requests and decisions may be signed with.
public struct PolicyKey: Sendable, Hashable {
    /// How it signs.
    public enum Algorithm: String, CaseIterable, Sendable {
        /// A public key in PEM; who has it can verify and not sign.
        case ed25519
        /// A shared secret; who verifies can sign as well.
        case hmacSHA256 = "hmac-sha256"
    }

    /// The id that records name it by; each once.
    public var id: String
    /// How it signs.
    public var algorithm: Algorithm
    /// The file that has it: a public key in PEM, or the secret's bytes.
    public var file: String
    /// Whether requests signed with it are taken.
    public var mayRequest: Bool
    /// Whether decisions signed with it are taken.
    public var mayDecide: Bool
    /// What may be asked for with it; nil: whatever may be done at all.
    public var actions: Set<ActionType>?
    /// The machine groups that it may be used for; nil: every machine.
    public var groups: Set<String>?
    /// How far Riposte may go with it; nil: as the machine allows.
    public var mode: ResponseMode?
    /// Where the policy's file says so, from 1; nil for a key made by hand.
    public var line: Int?

    /// A key made by hand.
    public init(
        id: String, algorithm: Algorithm, file: String, mayRequest: Bool = true, mayDecide: Bool = false,
        actions: Set<ActionType>? = nil, groups: Set<String>? = nil, mode: ResponseMode? = nil
    ) {
        self.id = id
        self.algorithm = algorithm
        self.file = file
        self.mayRequest = mayRequest
        self.mayDecide = mayDecide
        self.actions = actions
        self.groups = groups
        self.mode = mode
    }
}
