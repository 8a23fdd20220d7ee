import Cybereason
import JSON
import Kafka
import Model
import Policy

@testable import Pipeline
@testable import Remediator
@testable import Riposte
@testable import Tracker

/// Requests of anybody who may publish: Riposte's own form, and the vendor's documented body.
enum RequestSurface {
    /// The vendor's tutorials, word for word.
    static let bodies = [
        """
        {
                  "malopId": "11.2718161727221199870",
                  "initiatorUserName": "admin@myserver.com",
                  "actionsByMachine": {
                      "-1632138521.1198775089551518743": [
                          {
                              "targetId":"-1632138521.1198775089551518743",
                              "actionType": "KILL_PROCESS"
                          }
                      ]
                  }
              }
        """,
        """
        {
                  "initiatorUserName": "admin@myserver.com",
                  "actionsByMachine": {
                      "1632138521.1198775089551518743": [
                          {
                              "targetId":"-1632138521.1198775089551518743",
                              "actionType": "QUARANTINE_FILE"
                          }
                      ]
                  }
              }
        """,
    ]

    private static let reader = RequestReader(
        defaultExpiry: .seconds(3600), memory: .seconds(14 * 86_400), writer: "fuzz")

    static let surface = Surface(
        "requests",
        seeds: (Records.samples("remediation-request") + bodies.map { Array($0.utf8) })
            .flatMap { [Records.seed($0), Records.seed($0, isReplay: true)] }
    ) { input in
        let record = Records.record(input)
        _ = try? RequestBody.request(record.value ?? [], source: "body")
        let reading = reader.read(record, at: Records.now)
        if let fact = reading.fact { try taken(fact) }
        try replayed(record, reading)
        if let fault = reading.fault {
            try Records.buried(record, fault)
            return .refused(fault.description)
        }
        try require(reading.fact?.fact == .accepted, "neither accepted nor refused")
        return .understood
    }

    /// A replay, and the replay of a replay, is the request that the first was.
    private static func replayed(_ record: KafkaRecord, _ first: RequestReader.Reading) throws {
        var record = record
        let id = first.fact?.requestId
        for offset in [record.offset + 50, record.offset + 90] {
            let copy = ReplayRules.copy(of: record, deadAt: Records.now)
            record.headers = copy.headers
            record.offset = offset
            let again = reader.read(record, at: Records.now)
            try require(again.fact?.requestId == id, "a replay of \(id ?? "nothing") is another request")
            guard first.fault == nil, let fact = first.fact, let fact2 = again.fact else { continue }
            try require(fact2.digest == fact.digest, "a replay asks for something else")
            if let end = fact.notAfter, let end2 = fact2.notAfter {
                try require(end2 <= end, "a replay may be sent for longer than the first")
            }
        }
    }

    /// The fact counts in the ledger, once, and can be written and told; what is accepted can be sent.
    private static func taken(_ fact: LedgerFact) throws {
        try Records.roundTrip(fact)
        try require(LedgerFact.requestId(inKey: fact.key) == fact.requestId, "the key does not name the request")
        var ledger = Ledger()
        try require(ledger.apply(fact, logTime: Records.now) == .allowed, "the first fact of a request is void")
        try require(ledger.apply(fact, logTime: Records.now) == .void(.duplicate), "a request is taken twice")
        guard let request = ledger.requests[fact.requestId] else { throw Violation("the request is not there") }
        try Records.roundTrip(RemediationResult(request, tracked: nil, now: Records.now))
        guard fact.fact == .accepted else { return }
        try require(!request.request.targets.isEmpty, "accepted without an action")
        _ = try RemediationOrder(request.request, initiator: "riposte@northwind.example").body()
        try Steps.check(request, ledger)
    }
}

/// Decisions of people.
enum DecisionSurface {
    private static let reader = RequestReader(
        defaultExpiry: .seconds(3600), memory: .seconds(14 * 86_400), writer: "fuzz")

    static let surface = Surface(
        "decisions",
        seeds: Records.samples("remediation-decision").map { Records.seed($0, key: "soar-2026-11-22-0042") }
    ) { input in
        let record = Records.record(input)
        do {
            let fact = try DecisionReader(writer: "fuzz").read(record, at: Records.now)
            try Records.roundTrip(fact)
            var ledger = try parked(fact.requestId)
            let before = ledger.requests[fact.requestId]
            if ledger.apply(fact, logTime: Records.now) != .allowed {
                try require(ledger.requests[fact.requestId] == before, "a void decision changes something")
            }
            for request in ledger.requests.values { try Steps.check(request, ledger) }
            return .understood
        } catch let fault as Unusable {
            try Records.buried(record, fault)
            return .refused(fault.description)
        }
    }

    /// A request that only a person can resolve.
    private static func parked(_ id: String) throws -> Ledger {
        var ledger = Ledger()
        var accepted = LedgerFact(.accepted, of: id, writer: "fuzz", at: Records.now)
        accepted.request = try RemediationRequest(json: Array(RequestSurface.bodies[0].utf8))
        for fact in [
            accepted, LedgerFact(.intent, of: id, attempt: 1, writer: "fuzz", at: Records.now),
            LedgerFact(.parked, of: id, attempt: 1, writer: "fuzz", at: Records.now),
        ] {
            try require(ledger.apply(fact, logTime: Records.now) == .allowed, "\(fact.fact) is void")
        }
        return ledger
    }
}

/// What the executor and the tracker make of a request, wherever it stands.
enum Steps {
    private static let instant = ContinuousClock.now

    static func check(_ request: LedgerRequest, _ ledger: Ledger) throws {
        var rules = ExecutionRules()
        rules.mode = .enforce
        let machines = Set(request.request.targets.map(\.machineId))
        let reading = MachineReading(answer: .online, answeredAt: instant, name: "m")
        let around = Circumstances(
            now: instant, wall: Records.now, writer: "fuzz", control: .clear, clockDifference: .zero,
            conflict: ledger.conflict(for: request),
            machines: Dictionary(uniqueKeysWithValues: machines.map { ($0, reading) }),
            policy: PolicyInForce(ResponsePolicy(mode: .enforce, rules: [])))
        let entry = LedgerLog.Entry(request: request, intentReadAt: instant - .seconds(500))
        switch RequestCourse(rules: rules).next(entry, around) {
        case .append(let draft):
            let fact = draft.complete(LedgerFact(draft.kind, of: request.id, writer: "fuzz", at: Records.now))
            try Records.roundTrip(fact)
        case .fire(let attempt):
            try require(request.isWaiting && attempt == request.attempt + 1, "attempt \(attempt) is sent")
        default: break
        }
        let tracked = TrackedRequest(request, limit: .seconds(1800))
        try Records.roundTrip(RemediationResult(request, tracked: tracked, now: Records.now))
    }
}
