public import JSON

/// What all facts of the ledger mean together.
///
/// Every executor and every tracker folds the same log in the same order with this one value, so all of them agree on
/// everything: what was accepted, held, sent, ended. A fact that is not allowed where it stands is void, for everyone
/// alike. That is what decides between two owners, a woken zombie and a late writer: not who is right, but who is first
/// in the log.
public struct Ledger: Sendable {
    /// Whether a fact counts.
    public enum Judgement: Sendable, Hashable {
        /// It counts, and has changed its request.
        case allowed

        /// An `INTENT` that counts but must not be followed by a request, because more was sent within the hour than its
        /// caps allow. It spends nothing. Its writer takes it back with a `NOT_SENT` of this reason.
        case overCap(Excess)

        /// It changes nothing, because of this; where another request is in the way, its id.
        case void(Reason, otherRequest: String? = nil)

        /// Whether the fact has changed its request.
        public var counts: Bool {
            if case .void = self { false } else { true }
        }
    }

    /// Which cap stands in the way of a request.
    public struct Excess: Sendable, Hashable {
        /// Which one.
        public let reason: Reason

        /// How much was sent, is asked for and is allowed.
        public let words: String

        /// Before this there is no more room, by the log's clock, unless something turns out not to have been sent.
        public let until: Timestamp
    }

    /// Every request that was not yet forgotten, by id.
    public private(set) var requests: [String: LedgerRequest] = [:]

    /// The requests that have not ended, by id.
    public private(set) var open: Set<String> = []

    /// Who may be acting on a machine, target and action right now.
    private var firing: [ActionTarget: String] = [:]

    /// Who has last had an action succeed.
    private var done: [ActionTarget: String] = [:]

    /// Whose a remediation of the console is.
    private var remediations: [String: String] = [:]

    /// What was sent within the hour.
    private var spending = Spending()

    /// Who waits for room under a cap.
    private var queue = RoomQueue()

    /// An empty log: no request is known.
    public init() {}

    /// The request that a remediation of the console belongs to.
    public func owner(ofRemediation id: String) -> String? { remediations[id] }

    /// Folds the next fact of the log.
    ///
    /// - Parameters:
    ///   - fact: What the record says.
    ///   - key: The record's key, which its tombstone will have; the fact's own, as all of ours are written, unless given.
    ///   - logTime: When the log took it: one clock for everyone, where the topic stamps `LogAppendTime`.
    public mutating func apply(_ fact: LedgerFact, key: String? = nil, logTime: Timestamp) -> Judgement {
        if fact.fact == .accepted { return accept(fact, key, logTime) }
        guard var request = requests[fact.requestId] else { return refuseUnknown(fact, key, logTime) }
        if fact.fact == .refused, fact.request != nil { return .void(sameness(of: fact, and: request)) }
        guard request.end == nil else { return .void(.alreadyEnded) }
        let judgement = change(&request, by: fact, logTime)
        guard judgement.counts else { return judgement }
        request.changedAt = logTime
        request.changes += 1
        store(request)
        return judgement
    }

    /// Forgets a request if the tombstone of this key is that of the record that has begun it.
    ///
    /// Any other tombstone is about a request that had its id before, or about what came twice. What may be at the console
    /// is never forgotten before it has ended. Of what is open otherwise nobody writes tombstones: whoever finds them in a
    /// compacted log has taken for its beginning what was void while all of the log was there.
    ///
    /// - Returns: Whether it was forgotten.
    @discardableResult
    public mutating func forget(_ requestId: String, key: String) -> Bool {
        guard let request = requests[requestId], request.opener == key else { return false }
        guard request.end != nil || request.attempt == 0 else { return false }
        requests[requestId] = nil
        open.remove(requestId)
        queue.leave(requestId)
        if let id = request.remediationId { remediations[id] = nil }
        for target in request.request.targets where done[target] == requestId { done[target] = nil }
        return true
    }

    /// Another open request that acts on one of these targets, if there is one.
    public func conflict(for request: LedgerRequest) -> String? {
        for target in request.request.targets {
            if let other = firing[target], other != request.id { return other }
            // What takes back a command that nobody can tell of must not wait for a person to tell.
            guard let opposite = target.opposite, let other = firing[opposite], other != request.id,
                requests[other]?.phase != .parked
            else { continue }
            return other
        }
        return nil
    }

    /// Another request that has done the same to the same while this one waited, if all of it is done.
    ///
    /// What was sent before this one was asked for is no such request: whoever asks for it again wants it again.
    public func fulfilment(of request: LedgerRequest) -> String? {
        var last: String?
        for target in request.request.targets {
            guard let other = done[target].flatMap({ requests[$0] }), other.id != request.id,
                let sent = other.intendedAt, sent >= request.acceptedAt
            else { return nil }
            last = other.id
        }
        return last
    }

    /// Which cap would stand in the way of a request now; nil if none does.
    ///
    /// What older requests wait for is kept for them. It is no part of how a fact is judged: an `INTENT` that was written
    /// in ignorance of an older request counts.
    public func excess(of request: LedgerRequest, under caps: RateCaps, at time: Timestamp) -> Excess? {
        let targets = Self.counted(request)
        return spending.excess(of: targets, under: caps, at: time)
            ?? spending.excess(of: targets, behind: queue.ahead(of: request, at: time), under: caps, at: time)
    }

    // MARK: - The facts that begin a request

    private mutating func accept(_ fact: LedgerFact, _ key: String?, _ logTime: Timestamp) -> Judgement {
        guard let asked = fact.request else { return .void(.wrongSchema) }
        if let known = requests[fact.requestId] { return .void(sameness(of: fact, and: known)) }
        store(request(asked, of: fact, key, logTime))
        return .allowed
    }

    private func request(
        _ asked: RemediationRequest, of fact: LedgerFact, _ key: String?, _ logTime: Timestamp
    ) -> LedgerRequest {
        let notAfter = fact.notAfter ?? asked.notAfter
        return LedgerRequest(
            id: fact.requestId, opener: key ?? fact.key, request: asked, digest: fact.digest ?? asked.digest,
            keyID: fact.keyId, origin: fact.origin, acceptedAt: logTime, notAfter: notAfter,
            lifetime: notAfter.map { $0 - logTime }, changedAt: logTime)
    }

    /// A request that comes again changes nothing; one that comes under the id of another touches the other as little.
    private func sameness(of fact: LedgerFact, and known: LedgerRequest) -> Reason {
        // What was only to be observed has not been done: whoever asks for it now must hear that the id is taken.
        if known.request.mode == .observe, fact.request?.mode != .observe { return .idReused }
        return (fact.digest ?? fact.request?.digest) == known.digest ? .duplicate : .idReused
    }

    /// A refusal at intake is the first and last fact of its request. Any other fact needs a request.
    private mutating func refuseUnknown(
        _ fact: LedgerFact, _ key: String?, _ logTime: Timestamp
    ) -> Judgement {
        guard fact.fact == .refused, let asked = fact.request else { return .void(.unknownRequest) }
        var request = request(asked, of: fact, key, logTime)
        request.finish(as: .refused, fact, logTime)
        store(request)
        return .allowed
    }

    // MARK: - The facts that change a request

    private mutating func change(_ request: inout LedgerRequest, by fact: LedgerFact, _ logTime: Timestamp) -> Judgement
    {
        switch fact.fact {
        case .accepted: return .void(.duplicate)
        case .held: return request.hold(fact)
        case .decided:
            let adopted = fact.decision?.decision == .adopt ? fact.decision?.remediationId : nil
            if let other = owner(besides: request, of: adopted) {
                return .void(.alreadyOpen, otherRequest: other)
            }
            return request.decide(fact, logTime)
        case .intent:
            if let other = conflict(for: request) { return .void(.alreadyOpen, otherRequest: other) }
            return intend(&request, fact, logTime)
        case .notSent: return notSend(&request, fact, logTime)
        case .submitted, .adopted:
            if let other = owner(besides: request, of: fact.remediationId) {
                return .void(.alreadyOpen, otherRequest: other)
            }
            return request.submit(fact, logTime)
        case .uncertain: return request.doubt(fact)
        case .parked: return request.park(fact)
        case .refused: return request.refuse(fact, logTime)
        case .ended: return request.finish(fact, logTime)
        }
    }

    /// Whose place in the log is within the caps, may send, and is counted: of several at the edge of a cap, the first.
    private mutating func intend(
        _ request: inout LedgerRequest, _ fact: LedgerFact, _ logTime: Timestamp
    ) -> Judgement {
        let targets = Self.counted(request)
        let excess = spending.excess(of: targets, under: fact.caps ?? RateCaps(), at: logTime)
        let judgement = request.intend(fact, over: excess, logTime)
        guard judgement == .allowed else { return judgement }
        if let excess { return .overCap(excess) }
        spending.spend(targets, at: logTime)
        return .allowed
    }

    private mutating func notSend(
        _ request: inout LedgerRequest, _ fact: LedgerFact, _ logTime: Timestamp
    ) -> Judgement {
        let wasSpent = request.excess == nil
        let judgement = request.notSend(fact, logTime)
        // What the console's list does not show may have been sent for all that.
        if judgement == .allowed, wasSpent, fact.reason != .notThere, let time = request.intendedAt {
            spending.refund(Self.counted(request), from: time)
        }
        return judgement
    }

    /// What caps count. To take something back is never too much.
    private static func counted(_ request: LedgerRequest) -> [ActionTarget] {
        request.request.targets.filter { !$0.actionType.isUndoing }
    }

    /// Another request that a remediation of the console belongs to.
    private func owner(besides request: LedgerRequest, of remediationId: String?) -> String? {
        guard let remediationId, let owner = remediations[remediationId], owner != request.id else { return nil }
        return owner
    }

    private mutating func store(_ request: LedgerRequest) {
        requests[request.id] = request
        if request.end == nil { open.insert(request.id) } else { open.remove(request.id) }
        queue.note(request, Self.counted(request))
        if let id = request.remediationId { remediations[id] = request.id }
        for target in request.request.targets {
            if request.isFiring {
                firing[target] = request.id
            } else if firing[target] == request.id {
                firing[target] = nil
            }
        }
        for target in request.succeeded {
            done[target] = request.id
            if let opposite = target.opposite { done[opposite] = nil }
        }
    }
}
