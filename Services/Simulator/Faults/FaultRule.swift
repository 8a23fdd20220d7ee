/// Which requests a fault strikes.
struct FaultRule: Sendable, Equatable {
    var name: String
    var server: ServerRole?
    var method: String?
    /// A path, in which `*` stands for anything.
    var path: String?
    /// Only these matching requests, counted from 1; empty: all.
    var nth: [Int]
    /// The chance that a matching request is struck, 0…1.
    var probability: Double
    var seed: UInt64
    /// How often the fault strikes at most; `nil`: always.
    var count: Int?
    /// The window in which it strikes, in milliseconds of simulated time after the rule was set.
    var fromMs: Int64
    var untilMs: Int64?
    var fault: Fault

    func matches(_ request: Request) -> Bool {
        if let server, server != request.server { return false }
        if let method, method.uppercased() != request.method.uppercased() { return false }
        guard let path else { return true }
        return Wildcard(path).matches(request.path)
    }
}

extension FaultRule {
    init(_ fields: inout Fields) throws(ScenarioError) {
        name = try fields.string("name", default: "")
        let role = try fields.optionalString("server")
        server = role.flatMap(ServerRole.init)
        if let role, server == nil { throw fields.wrong("server", "\(role): allowed: console, threatIntelligence") }
        method = try fields.optionalString("method")
        path = try fields.optionalString("path")
        nth = (fields.document("nth")?.items ?? []).compactMap(\.integer).map { Int(clamping: $0) }
        probability = fields.document("probability")?.number ?? 1
        guard (0...1).contains(probability) else { throw fields.wrong("probability", "must be between 0 and 1") }
        seed = UInt64(bitPattern: try fields.integer("seed", default: 1))
        count = try fields.optionalInteger("count").map { Int(clamping: $0) }
        fromMs = try fields.integer("fromMs", default: 0)
        untilMs = try fields.optionalInteger("untilMs")
        fault = try fields.object("fault", Fault.init)
    }

    /// Reads `{"rules": […]}`.
    static func rules(_ document: Document) throws(ScenarioError) -> [FaultRule] {
        try Fields.read(document, path: "") { (fields) throws(ScenarioError) in
            try fields.list("rules", FaultRule.init)
        }
    }
}
