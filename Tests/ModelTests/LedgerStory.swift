import JSON
import Model
import Testing

/// An instance that writes to the ledger: its methods are the facts that it may say.
struct Writer: Sendable {
    let name: String

    init(_ name: String) { self.name = name }

    private func says(
        _ kind: FactKind, _ request: String, _ attempt: Int = 0, _ fill: (inout LedgerFact) -> Void = { _ in }
    ) -> LedgerFact {
        var fact = LedgerFact(kind, of: request, attempt: attempt, writer: name, at: Samples.time)
        fill(&fact)
        return fact
    }

    func accepts(_ id: String, to actions: ActionTarget...) -> LedgerFact {
        accepts(id, Ask.request(actions))
    }

    func accepts(_ id: String, _ request: RemediationRequest) -> LedgerFact {
        says(.accepted, id) {
            $0.request = request
            $0.digest = request.digest
            $0.origin = Samples.origin
        }
    }

    func refusesAtIntake(_ id: String, to actions: ActionTarget..., because reason: Reason = .noActions) -> LedgerFact {
        says(.refused, id) {
            $0.request = Ask.request(actions)
            $0.origin = Samples.origin
            $0.reason = reason
        }
    }

    func refuses(_ id: String, attempt: Int = 0, because reason: Reason = .actionNotAllowed) -> LedgerFact {
        says(.refused, id, attempt) { $0.reason = reason }
    }

    func holds(_ id: String, because reason: Reason = .machineOffline) -> LedgerFact {
        says(.held, id) { $0.reason = reason }
    }

    func decides(
        _ id: String, _ verb: DecisionVerb, remediation: String? = nil, of seen: LedgerRequest? = nil,
        by person: String = "ann"
    ) -> LedgerFact {
        says(.decided, id) {
            $0.decision = Samples.make {
                $0.requestId = id
                $0.decision = verb
                $0.decidedBy = person
                $0.remediationId = remediation
                ($0.digest, $0.attempt) = (seen?.digest, seen?.attempt)
                $0.decidedAt = Samples.time
            }
        }
    }

    func intends(_ id: String, attempt: Int = 1, under caps: RateCaps? = nil) -> LedgerFact {
        says(.intent, id, attempt) { $0.caps = caps }
    }
    func didNotSend(_ id: String, attempt: Int = 1, because reason: Reason? = nil) -> LedgerFact {
        says(.notSent, id, attempt) { $0.reason = reason }
    }
    func didNotFind(_ id: String, attempt: Int = 1) -> LedgerFact {
        says(.notSent, id, attempt) { $0.reason = .notThere }
    }
    func doubts(_ id: String, attempt: Int = 1) -> LedgerFact {
        says(.uncertain, id, attempt) { $0.reason = .answerLost }
    }
    func parks(_ id: String, attempt: Int = 1) -> LedgerFact {
        says(.parked, id, attempt) { $0.reason = .cannotTell }
    }

    func submitted(_ id: String, as remediation: String, attempt: Int = 1) -> LedgerFact {
        says(.submitted, id, attempt) { $0.remediationId = remediation }
    }

    func adopts(_ remediation: String, for id: String, attempt: Int = 1) -> LedgerFact {
        says(.adopted, id, attempt) { $0.remediationId = remediation }
    }

    func ends(_ id: String, as state: RequestState, because reason: Reason? = nil) -> LedgerFact {
        says(.ended, id) {
            $0.state = state
            $0.reason = reason
        }
    }
}

/// Requests for stories.
enum Ask {
    static func kill(_ process: String, on machine: String = "m") -> ActionTarget {
        ActionTarget(machineId: machine, targetId: process, actionType: .killProcess)
    }

    static func request(_ targets: [ActionTarget]) -> RemediationRequest {
        var request = RemediationRequest()
        for target in targets {
            request.actionsByMachine[target.machineId, default: []].append(
                RemediationAction(targetId: target.targetId, actionType: target.actionType))
        }
        return request
    }
}

/// A log told fact by fact, each with what the fold is expected to make of it.
struct LedgerStory {
    private(set) var ledger = Ledger()

    /// Every fact that was told, allowed or not.
    private(set) var log: [LedgerFact] = []

    /// When the log took each of them.
    private(set) var times: [Timestamp] = []

    /// How long nothing was written.
    var silence = Duration.zero

    /// The log's clock: one second for each fact.
    var now: Timestamp { Samples.time + .seconds(log.count) + silence }

    subscript(_ id: String) -> LedgerRequest? { ledger.requests[id] }

    @discardableResult
    mutating func add(_ fact: LedgerFact) -> Ledger.Judgement {
        log.append(fact)
        times.append(now)
        return ledger.apply(fact, logTime: now)
    }

    /// Tells facts that count.
    mutating func allows(_ facts: LedgerFact..., at place: SourceLocation = #_sourceLocation) {
        for fact in facts { #expect(add(fact) == .allowed, sourceLocation: place) }
    }

    /// Tells a fact that does not count where it stands, and checks that it leaves everything as it was.
    mutating func voids(
        _ fact: LedgerFact, because reason: Reason, inTheWay other: String? = nil,
        at place: SourceLocation = #_sourceLocation
    ) {
        let before = ledger
        #expect(add(fact) == .void(reason, otherRequest: other), sourceLocation: place)
        #expect(ledger.requests == before.requests, sourceLocation: place)
        #expect(ledger.open == before.open, sourceLocation: place)
    }

    /// Says that a request may be forgotten.
    mutating func forgets(_ id: String, at place: SourceLocation = #_sourceLocation) {
        let isForgotten = ledger.forget(id, key: self[id]?.opener ?? "")
        #expect(isForgotten && self[id] == nil, sourceLocation: place)
    }

    /// Says the same of a request that must be kept, or was never there.
    ///
    /// - Parameter key: The tombstone's; that of the record that has begun the request unless given.
    mutating func doesNotForget(_ id: String, key: String? = nil, at place: SourceLocation = #_sourceLocation) {
        let before = ledger.requests
        let isForgotten = ledger.forget(id, key: key ?? self[id]?.opener ?? "")
        #expect(!isForgotten && ledger.requests == before, sourceLocation: place)
    }
}
