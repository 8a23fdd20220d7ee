/// What is not publicly known about the console's search, or differs between its versions.
struct QuerySwitches: Sendable, Equatable {
    enum OperatorCase: String, Sendable, CaseIterable { case any, exact }
    enum UnknownFacet: String, Sendable, CaseIterable { case matchesNothing, ignored, error }
    enum Envelope: String, Sendable, CaseIterable { case new, legacy }
    enum CapScope: String, Sendable, CaseIterable { case answer, result }

    /// What a filter without `filterType` means.
    var defaultOperator = FilterOperator.equals
    var operatorCase = OperatorCase.any
    var unknownFacet = UnknownFacet.matchesNothing
    var envelope = Envelope.new
    /// The largest `totalResultLimit` by result type; the vendor's own sample asks for 10 000 and is told 100.
    var totalResultLimitCap = ["MalopDetectionEvents": 100]
    /// The cap for every other type.
    var otherTotalResultLimitCap = 10_000
    /// Whether the cap holds for one answer (later pages bring the rest) or for all pages together.
    var capScope = CapScope.answer
    var maximumPerGroupLimit = 1000
    /// With `perGroupLimit` or `perFeatureLimit` 1, one row more than asked for is returned.
    var limitPlusOne = true
    /// The first page of a paged search without a token is shorter than asked for.
    var shortFirstPage = true
    /// How long a pagination token is good for, in milliseconds.
    var tokenLifetimeMs: Int64 = 600_000
    /// Whether later pages show the matches of the moment when the token was given, or those of now.
    var frozenPages = false
    /// How many rows of the page before are repeated on every later page.
    var repeatedRows = 0
    /// The feature under which a MalopDetectionEvents row links to its machines; none, as in the vendor's sample.
    var detectionEventsMachineLink: String?

    func cap(for type: String) -> Int { totalResultLimitCap[type] ?? otherTotalResultLimitCap }
}

extension QuerySwitches {
    init(_ fields: inout Fields) throws(ScenarioError) {
        defaultOperator = try fields.choice("defaultOperator", default: defaultOperator)
        operatorCase = try fields.choice("operatorCase", default: operatorCase)
        unknownFacet = try fields.choice("unknownFacet", default: unknownFacet)
        envelope = try fields.choice("envelope", default: envelope)
        if let caps = fields.document("totalResultLimitCap") {
            try readCaps(caps, path: fields.join("totalResultLimitCap"))
        }
        capScope = try fields.choice("capScope", default: capScope)
        maximumPerGroupLimit = try fields.count("maximumPerGroupLimit", default: maximumPerGroupLimit)
        limitPlusOne = try fields.bool("limitPlusOne", default: limitPlusOne)
        shortFirstPage = try fields.bool("shortFirstPage", default: shortFirstPage)
        tokenLifetimeMs = try fields.integer("tokenLifetimeMs", default: tokenLifetimeMs)
        frozenPages = try fields.bool("frozenPages", default: frozenPages)
        repeatedRows = try fields.count("repeatedRows", default: repeatedRows)
        detectionEventsMachineLink = try fields.optionalString("detectionEventsMachineLink")
    }

    /// One number for every type, or an object of numbers by type, `*` being every other type.
    private mutating func readCaps(_ caps: Document, path: String) throws(ScenarioError) {
        if let cap = caps.integer.map({ Int(clamping: $0) }), cap > 0 {
            totalResultLimitCap = [:]
            otherTotalResultLimitCap = cap
            return
        }
        guard let members = caps.members else { throw ScenarioError(path: path, note: "must be a number or an object") }
        for member in members {
            guard let cap = member.value.integer.map({ Int(clamping: $0) }), cap > 0 else {
                throw ScenarioError(path: "\(path).\(member.key)", note: "must be a positive number")
            }
            if member.key == "*" { otherTotalResultLimitCap = cap } else { totalResultLimitCap[member.key] = cap }
        }
    }
}
