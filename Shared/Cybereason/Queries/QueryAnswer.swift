import JSON

/// An answer of the query endpoints, with what it says of its own completeness.
struct QueryAnswer: Sendable, Equatable {
    var rows: [ElementRow] = []
    /// `SUCCESS`, or one of the ways to fail inside an HTTP 200.
    var status = ""
    var message = ""
    var hasData = false
    var terminated = false
    /// How many rows there are over all pages. Older consoles do not say.
    var totalResults: Int?
    /// How many rows there could be without limits.
    var totalPossibleResults: Int?
    /// The limit that the console applied, which may be lower than the one asked for.
    var appliedLimit: Int?
    var paginationToken: String?

    /// Reads an answer.
    ///
    /// - Throws: ``ConsoleError`` of kind `notUnderstood` if it is not a JSON object.
    init(_ bytes: [UInt8]) throws(ConsoleError) {
        self = try PlatformJSON.read(bytes) { root throws(JSONError) in
            _ = try root.object()
            return QueryAnswer(root)
        }
    }

    private init(_ root: JSONValue) {
        status = root["status"]?.asString ?? ""
        message = Reply.shortened(root["message"]?.asString ?? "")
        guard let data = root["data"] else { return }
        terminated = data["queryTerminated"]?.asBool ?? false
        totalResults = data["totalResults"]?.asInt64.flatMap { Int(exactly: $0) }
        totalPossibleResults = data["totalPossibleResults"]?.asInt64.flatMap { Int(exactly: $0) }
        appliedLimit = data["queryLimits"]?["totalResultLimit"]?.asInt64.flatMap { Int(exactly: $0) }
        paginationToken = data["paginationToken"]?.asString
        guard let map = data["resultIdToElementDataMap"], map.kind == .object else { return }
        hasData = true
        rows = map.members.compactMap { ElementRow(key: $0.key, $0.value) }
    }

    /// What the answer's own words say against its being whole; rows are not counted here.
    var defect: PartialReason? {
        switch status {
        case "SUCCESS": break
        case "PARTIAL_SUCCESS": return PartialReason(saysTimeout ? .timeout : .partialSuccess, words)
        case "FAILURE": return PartialReason(.failure, words)
        case "TIMEOUT_ERROR": return PartialReason(.timeout, words)
        case "QUERY_LIMIT_CROSSED": return PartialReason(.limitCrossed, words)
        case "NO_SERVERS_CONFIGURED": return PartialReason(.noServers, words)
        default: return PartialReason(.unknownStatus, words)
        }
        if terminated { return PartialReason(.terminated, words) }
        return hasData ? nil : PartialReason(.noData, words)
    }

    /// What is missing from an answer of one page that asked for no more than a few elements.
    var completeness: Completeness {
        if let defect { return .partial(defect) }
        let expected = max(totalResults ?? 0, totalPossibleResults ?? 0)
        guard rows.count < expected else { return .whole }
        return .partial(PartialReason(.rowsMissing, "\(rows.count) of \(expected) rows"))
    }

    private var saysTimeout: Bool {
        message.contains("MILLISECONDS") || message.contains("408")
    }

    private var words: String {
        let name = status.isEmpty ? "no status" : status
        return message.isEmpty ? name : "\(name): \(message)"
    }
}
