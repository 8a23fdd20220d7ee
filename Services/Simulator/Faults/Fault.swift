/// Something that goes wrong with one request.
struct Fault: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        /// The connection is reset instead of an answer. The request has been read by then: a closed listening socket
        /// is what stopping the server is for.
        case refuse
        /// The connection is closed without an answer.
        case cut
        /// An HTTP status instead of an answer.
        case status
        /// The answer comes late.
        case slow
        /// 200 and the login page.
        case html
        /// The session of this request is over.
        case expiredSession
        /// The console's envelope with another status: `PARTIAL_SUCCESS`, `FAILURE`, `QUERY_LIMIT_CROSSED`…
        case envelope
        /// `queryTerminated`: a limit or the time was exceeded, and rows are missing.
        case queryTerminated
        /// `SUCCESS` with `data` null.
        case nullData
        /// 200, announced as JSON, but it is none.
        case garbage
        /// The connection ends in the middle of the answer.
        case truncated
        /// Changes to the list of the threat intelligence's answer.
        case missingItems
        case reorderedItems
        case duplicatedItems
        /// 200 with a text that says why there is no result.
        case textAnswer
    }

    /// Whether the request has had its effect when the fault strikes.
    enum Phase: String, Sendable, CaseIterable { case before, after }

    var kind: Kind
    var phase = Phase.before
    /// The HTTP status of ``Kind/status``.
    var code = 500
    var body: String?
    /// `Retry-After`, in seconds.
    var retryAfterSeconds: Int64?
    /// Whether `Retry-After` is a date.
    var retryAfterAsDate = false
    /// For ``Kind/slow``, in milliseconds of real time.
    var delayMs: Int64 = 1000
    /// The envelope's status.
    var status = "PARTIAL_SUCCESS"
    var message = ""
    /// How many rows or items are left, in percent.
    var keepPercent = 50

    /// Whether the request is carried out at all.
    var carriesOut: Bool {
        switch kind {
        case .cut, .status, .refuse, .html: phase == .after
        case .expiredSession: false
        default: true
        }
    }
}

extension Fault {
    init(_ fields: inout Fields) throws(ScenarioError) {
        let name = try fields.string("kind")
        guard let kind = Kind(rawValue: name) else {
            let allowed = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw fields.wrong("kind", "\(name) is not known; allowed: \(allowed)")
        }
        self.init(kind: kind)
        phase = try fields.choice("phase", default: phase)
        code = try fields.count("code", default: code)
        body = try fields.optionalString("body")
        retryAfterSeconds = try fields.optionalInteger("retryAfterSeconds")
        retryAfterAsDate = try fields.bool("retryAfterAsDate", default: false)
        delayMs = try fields.integer("delayMs", default: delayMs)
        status = try fields.string("status", default: status)
        message = try fields.string("message", default: message)
        keepPercent = try fields.count("keepPercent", default: keepPercent)
    }

    var document: Document {
        var document: Document = ["kind": .string(kind.rawValue), "phase": .string(phase.rawValue)]
        if kind == .status { document["code"] = .integer(code) }
        if kind == .slow { document["delayMs"] = .integer(delayMs) }
        if kind == .envelope { document["status"] = .string(status) }
        if let retryAfterSeconds { document["retryAfterSeconds"] = .integer(retryAfterSeconds) }
        return document
    }
}
