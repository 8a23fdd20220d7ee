/// What a simulator starts with: people, the world they look at, and how both servers behave.
///
/// The file is one JSON object; `Scenarios/README.md` describes every member. Members named `comment` are ignored
/// everywhere; any other member that is not known is an error.
struct Scenario: Sendable {
    /// Makes a run repeatable, ids of sessions and remediations included; without one they differ from run to run.
    var seed: UInt64?
    var console = ConsoleSwitches()
    var intelligence = IntelligenceSwitches()
    var users: [ConsoleUser] = []
    var faults: [FaultRule] = []
    var contents = ScenarioContents()
}

/// The part of a scenario that may also be added while the simulator runs.
struct ScenarioContents: Sendable {
    var drafts: [ElementDraft] = []
    var malops: [MalopDraft] = []
    var reputations: [Reputation] = []
    var behaviours: [TargetBehaviour] = []
    var events: [EventDraft] = []
    var recurrences: [Recurrence] = []
}

/// Someone who may log in.
struct ConsoleUser: Sendable, Equatable {
    var name: String
    var password: String
    /// Names of the console's roles, for example `analyst_l3`, which remediation needs.
    var roles: [String]
    /// The code that the second factor asks for; `nil` for none.
    var secondFactor: String?
    var passwordExpired = false
    /// Accepted in `Authorization: Bearer …` in place of a session, should consoles know such a thing; `nil` for none.
    var token: String?

    var maySearch: Bool { roles.contains { $0.contains("analyst") || $0.contains("responder") } }
    var mayRemediate: Bool { roles.contains("analyst_l3") }
}

extension Scenario {
    /// - Throws: ``ScenarioError`` with the path of what is wrong.
    init(_ document: Document) throws(ScenarioError) {
        self = try Fields.read(document, path: "") { (fields) throws(ScenarioError) in
            var scenario = Scenario()
            _ = fields.document("about")
            scenario.seed = try fields.optionalInteger("seed").map { UInt64(bitPattern: $0) }
            scenario.console = try fields.object("console", ConsoleSwitches.init)
            scenario.intelligence = try fields.object("threatIntelligence", IntelligenceSwitches.init)
            scenario.users = try fields.list("users", ConsoleUser.init)
            scenario.faults = try fields.list("faults", FaultRule.init)
            scenario.contents = try ScenarioContents(&fields)
            return scenario
        }
    }
}

extension ScenarioContents {
    init(_ fields: inout Fields) throws(ScenarioError) {
        for kind in ElementDraft.Kind.allCases {
            drafts += try fields.list(kind.rawValue) { (item) throws(ScenarioError) in
                try ElementDraft(&item, kind: kind)
            }
        }
        malops = try fields.list("malops", MalopDraft.init)
        reputations = try fields.list("reputations", Reputation.init)
        behaviours = try fields.list("remediation", TargetBehaviour.init)
        events = try fields.list("events", EventDraft.init)
        recurrences = try fields.list("recurring", Recurrence.init)
    }

    /// Reads what a test adds while the simulator runs.
    init(_ document: Document) throws(ScenarioError) {
        self = try Fields.read(document, path: "") { (fields) throws(ScenarioError) in try ScenarioContents(&fields) }
    }
}

extension ConsoleUser {
    init(_ fields: inout Fields) throws(ScenarioError) {
        name = try fields.string("name")
        password = try fields.string("password")
        roles = try fields.strings("roles", default: ["analyst_l3"])
        secondFactor = try fields.optionalString("secondFactor")
        passwordExpired = try fields.bool("passwordExpired", default: false)
        token = try fields.optionalString("token")
    }
}
