/// What the threat intelligence knows of an indicator.
struct Reputation: Sendable, Equatable {
    /// All names of the same thing: the MD5 and the SHA-1 of a file, or one domain, or one address.
    var keys: [String]
    /// The classification: `malware`, `indifferent`, `whitelist`…
    var type: String
    var source: String?
    /// How long the answer may be kept, in milliseconds.
    var ttlMs: Int64
    /// Milliseconds since 1970.
    var firstSeen: Int64?
    var link: String?
    var product: Document?
    var provider: Document?
    /// No item is returned for it at all.
    var isMissing = false
    /// The item has no result: `aggregatedResult` is null.
    var isNull = false
}

extension Reputation {
    init(_ fields: inout Fields) throws(ScenarioError) {
        keys = try fields.strings("keys").map { $0.lowercased() }
        if let key = try fields.optionalString("key") { keys.append(key.lowercased()) }
        if keys.isEmpty { throw fields.wrong("keys", "is missing") }
        type = try fields.string("type", default: "unknown")
        source = try fields.optionalString("source")
        ttlMs = try fields.integer("ttlMs", default: 43_200_000)
        firstSeen = try fields.optionalInteger("firstSeen")
        link = try fields.optionalString("link")
        product = fields.document("productClassification")
        isMissing = try fields.bool("missing", default: false)
        isNull = try fields.bool("null", default: false)
        if let id = try fields.optionalInteger("cpId") {
            let name = try fields.optionalString("cpType")
            provider = ["allowFurtherClassification": true, "cpId": .integer(id), "cpType": .string(name)]
        } else {
            _ = fields.document("cpType")
        }
    }
}
