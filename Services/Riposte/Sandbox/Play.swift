internal import JSON
internal import Model

/// What happens to a scenario from outside, and what has to come of it all: `NAME.play.json` beside `NAME.json`.
struct Play: JSONRecord, Equatable {
    /// What others than the planner ask for.
    var requests: [Request] = []

    /// How each request has to end, the planner's and those from outside.
    var expect: [Expectation] = []

    /// Detections that must not lead to any request.
    var quiet: [Quiet] = []

    /// Decisions about requests that do not exist, which must end among the dead letters.
    var strayDecisions: [StrayDecision]?

    init() {}

    mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("requests", &requests)
        try c("expect", &expect)
        try c("quiet", &quiet)
        try c("strayDecisions", &strayDecisions)
    }

    /// A record that an outsider publishes.
    struct Request: JSONRecord, Equatable {
        /// What the play calls it; the record itself has no such name.
        var name = ""

        /// When it is published, in milliseconds after the beginning.
        var afterMs: Int64?

        /// The record's value, byte for byte.
        var body = JSONText(RemediationRequest())

        init() {}

        mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
            try c("name", &name)
            try c("afterMs", &afterMs)
            try c("body", &body)
        }
    }

    /// How one request has to end.
    struct Expectation: JSONRecord, Equatable {
        /// The same for a person.
        var what = ""

        /// The name of a request from outside.
        var request: String?

        /// The name of one that is undone when its end is verified; this is about its undo.
        var undoOf: String?

        // Or what the planner asks for.
        var malopId: String?
        var machineId: String?
        var targetId: String?
        var actionType: ActionType?

        var end = RequestState.succeeded

        /// Reasons that results must have given on the way, for example `machine-offline`.
        var through: [Reason]?

        init() {}

        mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
            try c("what", &what)
            try c("request", &request)
            try c("undoOf", &undoOf)
            try c("malopId", &malopId)
            try c("machineId", &machineId)
            try c("targetId", &targetId)
            try c("actionType", &actionType)
            try c("end", &end)
            try c("through", &through)
        }
    }

    /// A detection that is looked into and then left alone.
    struct Quiet: JSONRecord, Equatable {
        var what = ""
        var malopId = ""

        init() {}

        mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
            try c("what", &what)
            try c("malopId", &malopId)
        }
    }
}

extension Play.Expectation {
    /// What the planner is expected to ask for; nil for a request from outside.
    var planned: (malopId: String, target: ActionTarget)? {
        guard let malopId, let machineId, let targetId, let actionType else { return nil }
        return (malopId, ActionTarget(machineId: machineId, targetId: targetId, actionType: actionType))
    }
}

extension Play {
    /// What is wrong with the play itself; nil if nothing.
    var mistake: String? {
        for (index, expectation) in expect.enumerated() {
            if let name = expectation.request ?? expectation.undoOf {
                let key = expectation.request == nil ? "undoOf" : "request"
                if request(name) == nil { return "expect[\(index)].\(key): no request is called '\(name)'" }
            } else if expectation.planned == nil {
                return "expect[\(index)]: needs request, or malopId, machineId, targetId and actionType"
            }
        }
        for (index, request) in requests.enumerated() where asked(request) == nil {
            return "requests[\(index)].body: is no request that can be sent"
        }
        return nil
    }

    /// A request from outside by its name.
    func request(_ name: String) -> Request? { requests.first { $0.name == name } }

    /// What a request from outside asks for.
    func asked(_ request: Request) -> RemediationRequest? {
        try? RequestBody.request(request.body.bytes, source: request.name)
    }
}
