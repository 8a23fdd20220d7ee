internal import FoundationEssentials
internal import JSON
internal import Model

extension Play {
    /// A decision about a request that does not exist: a record in order that nobody can use.
    struct StrayDecision: JSONRecord, Equatable {
        /// The same for a person.
        var what = ""

        /// When it is published, in milliseconds after the beginning.
        var afterMs: Int64?

        /// A request that nobody made.
        var requestId = ""

        /// What is decided, by whom and why.
        var verb = DecisionVerb.deny
        var decidedBy = ""
        var reason: String?

        init() {}

        mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
            try c("what", &what)
            try c("afterMs", &afterMs)
            try c("requestId", &requestId)
            try c("decision", &verb)
            try c("decidedBy", &decidedBy)
            try c("reason", &reason)
        }
    }
}

extension Play.StrayDecision {
    /// The record that is published.
    func decision(at time: Timestamp) -> RemediationDecision {
        var decision = RemediationDecision()
        decision.requestId = requestId
        decision.decision = verb
        decision.decidedBy = decidedBy
        decision.reason = reason
        decision.decidedAt = time
        return decision
    }

    /// Whether a dead letter has this decision, and for the right reason.
    func isSubject(of letter: DeadLetter) -> Bool {
        letter.reason == .unknownRequest
            && letter.origin.topic == Topics.decisions.name(prefix: Topics.defaultPrefix)
            && letter.key == Data(requestId.utf8).base64EncodedString()
    }
}
