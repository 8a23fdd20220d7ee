/// What is not publicly known about the threat-intelligence server.
struct IntelligenceSwitches: Sendable, Equatable {
    enum UnknownItem: String, Sendable, CaseIterable {
        case unknown
        case noTypeFound = "no_type_found"
        case indifferent
        case missing
        case null
    }
    enum TimeToLive: String, Sendable, CaseIterable { case milliseconds, seconds, epochMilliseconds }

    /// How many items a request may hold; 0 is no limit. More are answered with ``errorStatus``.
    var maximumBatch = 0
    var errorStatus = 400
    var errorBody = "Bad request"
    var ttlUnit = TimeToLive.milliseconds
    /// What is answered for an indicator that nobody knows.
    var unknownItem = UnknownItem.unknown
    /// How long an answer about an unknown indicator may be kept, in milliseconds.
    var unknownTtlMs: Int64 = 3_600_000
    /// Requests per minute before 429; 0 is no limit.
    var requestsPerMinute = 0
}

extension IntelligenceSwitches {
    init(_ fields: inout Fields) throws(ScenarioError) {
        maximumBatch = try fields.count("maximumBatch", default: maximumBatch)
        errorStatus = try fields.count("errorStatus", default: errorStatus)
        errorBody = try fields.string("errorBody", default: errorBody)
        ttlUnit = try fields.choice("ttlUnit", default: ttlUnit)
        unknownItem = try fields.choice("unknownItem", default: unknownItem)
        unknownTtlMs = try fields.integer("unknownTtlMs", default: unknownTtlMs)
        requestsPerMinute = try fields.count("requestsPerMinute", default: requestsPerMinute)
    }
}
