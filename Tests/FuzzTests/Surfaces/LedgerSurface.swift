import JSON
import Kafka
import Model

@testable import Pipeline

/// Logs of the ledger, each part a fact: whatever is written there, every reader folds it to the same, and nothing that
/// the fold promises breaks.
enum LedgerSurface {
    static let surface = Surface("ledger", seeds: stories.map { FuzzInput($0.map { $0.json() }) }, effort: 6) { input in
        var fold = LedgerFold()
        var again = LedgerBook()
        var refusal: String?
        for (place, part) in input.parts.enumerated() {
            let record = record(part, at: place)
            guard let value = record.value else {
                if let key = record.keyText, let id = LedgerFact.requestId(inKey: key) {
                    // Of what has begun the request, where there is one: no other is of any effect.
                    try fold.forget(id, key: fold.book.ledger.requests[id]?.opener ?? key)
                }
                continue
            }
            _ = value
            switch try Records.read(record, as: LedgerFact.self) {
            case .success(let fact):
                try fold.take(fact, record)
            case .failure(let fault): refusal = fault.description
            }
        }
        for (fact, record) in fold.log { _ = again.fold(fact, record, now: .now) }
        if fold.hasForgotten == false {
            try require(again.ledger.requests == fold.book.ledger.requests, "two readers of one log disagree")
        }
        return refusal.map { .refused($0) } ?? .understood
    }

    /// A record with the key that its fact has; of what is no fact, with a key that may name a request all the same.
    private static func record(_ value: [UInt8]?, at place: Int) -> KafkaRecord {
        let key = value.flatMap { try? LedgerFact(json: $0).key } ?? "r/ACCEPTED/0/anna/00000000"
        return KafkaRecord(
            topic: "riposte.remediation.ledger", partition: 0, offset: Int64(place),
            timestamp: place % 3 == 2 ? .min : Records.now.milliseconds + Int64(place), key: Array(key.utf8),
            value: value)
    }

    // MARK: - Logs as they come about

    private static func says(
        _ kind: FactKind, _ id: String = "r", _ attempt: Int = 0, by writer: String = "anna",
        _ fill: (inout LedgerFact) -> Void = { _ in }
    ) -> LedgerFact {
        var fact = LedgerFact(kind, of: id, attempt: attempt, writer: writer, at: Records.now)
        fill(&fact)
        return fact
    }

    private static func accepts(_ id: String, _ target: String) -> LedgerFact {
        says(.accepted, id) {
            var request = RemediationRequest()
            request.malopId = "11.2718161727221199870"
            request.actionsByMachine = ["m": [RemediationAction(targetId: target, actionType: .killProcess)]]
            $0.request = request
            $0.digest = request.digest
            $0.notAfter = Records.now + .seconds(3600)
            $0.origin = Origin(topic: "riposte.remediation.requests", partition: 1, offset: 7, timestamp: Records.now)
        }
    }

    private static func decides(_ id: String, _ verb: DecisionVerb, key: String? = nil) -> LedgerFact {
        says(.decided, id) {
            $0.keyId = key
            var decision = RemediationDecision()
            decision.requestId = id
            decision.decision = verb
            decision.remediationId = "86f3faa1"
            if verb == .approve { decision.digest = accepts(id, "p").digest }
            decision.decidedBy = "ann@example.com"
            decision.decidedAt = Records.now
            $0.decision = decision
        }
    }

    private static let intent = says(.intent, "r", 1) {
        $0.fireWithinMs = 10_000
        $0.consoleTime = Records.now
    }
    private static func intends(_ id: String, _ attempt: Int = 1, by writer: String = "anna") -> LedgerFact {
        says(.intent, id, attempt, by: writer) {
            $0.caps = RateCaps(actionsPerMachineAndHour: 1, machinesPerHour: 1, actionsPerHour: 1)
        }
    }
    private static let submitted = says(.submitted, "r", 1) {
        $0.remediationId = "86f3faa1"
        $0.startedAt = Records.now
    }
    private static let succeeded = says(.ended) {
        $0.state = .succeeded
        $0.reason = .completed
        $0.actions = [
            ActionResult(ActionTarget(machineId: "m", targetId: "p", actionType: .killProcess), state: .succeeded)
        ]
    }

    private static let stories: [[LedgerFact]] = [
        [accepts("r", "p"), says(.held) { $0.reason = .halted }, intent, submitted, succeeded, accepts("r", "p")],
        [
            accepts("r", "p"), accepts("s", "p"), intent, says(.intent, "s", 1, by: "ben"),
            says(.refused, "s") { $0.reason = .alreadyOpen }, says(.notSent, "r", 1), says(.intent, "r", 2, by: "ben"),
            says(.submitted, "r", 2, by: "ben") { $0.remediationId = "86f3faa1" },
        ],
        [
            accepts("r", "p"), intent, says(.uncertain, "r", 1, by: "ben") { $0.reason = .interrupted },
            says(.notSent, "r", 1, by: "ben"), says(.parked, "r", 1, by: "ben") { $0.reason = .cannotTell },
            decides("r", .sendAgain), says(.intent, "r", 2), decides("r", .giveUp), decides("r", .adopt),
        ],
        [
            accepts("r", "p"), says(.refused, "t") { $0.request = accepts("t", "q").request },
            says(.ended) { $0.state = .expired }, says(.adopted, "r", 1) { $0.remediationId = "x" }, intent,
        ],
        [
            accepts("s", "q"), accepts("r", "p"), intends("s"), intends("r", by: "ben"),
            says(.notSent, "r", 1) { $0.reason = .hourCap }, says(.held) { $0.reason = .hourCap },
            says(.notSent, "s", 1), intends("r", 2), submitted,
        ],
        [
            accepts("r", "p"), says(.held) { $0.reason = .approvalRequired }, decides("r", .approve, key: "k1"),
            intends("r"), decides("r", .deny), says(.notSent, "r", 1) { $0.reason = .gateClosed }, intends("r", 2),
        ],
    ]
}

/// The fold of a log, checked at every fact.
struct LedgerFold {
    private(set) var book = LedgerBook(keepsKeys: true)
    private(set) var log: [(LedgerFact, KafkaRecord)] = []
    private(set) var hasForgotten = false
    private var senders: Set<String> = []

    mutating func take(_ fact: LedgerFact, _ record: KafkaRecord) throws {
        log.append((fact, record))
        // No writer of ours has a slash in its name.
        let named = LedgerFact.requestId(inKey: fact.key)
        try require(named == fact.requestId || fact.writer.contains("/"), "the key does not name the request")
        let before = book.ledger
        let readBack = ReadBack()
        _ = book.expect(readBack, key: fact.key)
        let (judgement, answered) = book.fold(fact, record, now: .now)
        try require(answered === readBack, "an append is not answered by its own record")
        try check(fact, judgement, before, book.ledger)
        for id in book.forgettable(after: .seconds(3600)) {
            try require(!book.ledger.open.contains(id), "an open request may be forgotten")
        }
        for request in book.ledger.requests.values { try Steps.check(request, book.ledger) }
    }

    mutating func forget(_ id: String, key: String) throws {
        let mayBeThere = book.ledger.requests[id].map { $0.end == nil && $0.attempt > 0 } ?? false
        hasForgotten = book.forget(id, key: key) || hasForgotten
        try require(!mayBeThere || book.ledger.requests[id] != nil, "what may be at the console is forgotten")
        try require(
            book.ledger.open.contains(id) == (book.ledger.requests[id]?.end == nil && book.ledger.requests[id] != nil),
            "what is forgotten is open")
    }

    /// A fact changes its own request or nothing, an end is for ever, an attempt is one writer's.
    private mutating func check(
        _ fact: LedgerFact, _ judgement: Ledger.Judgement, _ before: Ledger, _ after: Ledger
    ) throws {
        if !judgement.counts {
            try require(before.requests == after.requests, "a void fact changes something: \(fact)")
        } else if fact.fact == .intent {
            // Over a cap it counts as well, but its writer may not send it.
            let standing = after.requests[fact.requestId]
            try require((standing?.excess == nil) == (judgement == .allowed), "an intent over a cap may be sent")
            try require(before.requests[fact.requestId]?.denial == nil, "what was denied may be sent")
            let isFirst = senders.insert("\(fact.requestId)/\(fact.attempt)").inserted
            try require(isFirst, "two may send attempt \(fact.attempt) of \(fact.requestId)")
        }
        for (id, request) in before.requests {
            guard let now = after.requests[id] else { throw Violation("\(id) is lost") }
            try require(now == request || (id == fact.requestId && request.end == nil), "\(fact) changes \(id)")
            let risen = now.attempt - request.attempt
            try require(risen == 0 || (risen == 1 && fact.fact == .intent), "the attempts of \(id) rise by \(risen)")
            if let end = now.end, [.observed, .denied, .expired].contains(end.state), request.end == nil {
                let isStopped = end.state == .denied && request.denial != nil && fact.fact == .notSent
                try require(request.isWaiting || isStopped, "\(id) is \(end.state) although it may have been sent")
            }
        }
        let firing = after.requests.values.filter(\.isFiring)
        let targets = firing.flatMap(\.request.targets)
        try require(Set(targets).count == targets.count, "two requests act on one target")
        let open = Set(after.requests.values.filter { $0.end == nil }.map(\.id))
        try require(after.open == open, "the open requests are not those without an end")
        let ids = after.requests.values.compactMap(\.remediationId)
        try require(Set(ids).count == ids.count, "two requests have one remediation")
    }
}
