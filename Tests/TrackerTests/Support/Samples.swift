internal import JSON
internal import Model
internal import Testing

@testable import Cybereason
@testable import Tracker

/// Requests, reports and what else the tests of values are made of.
enum Samples {
    static let machine = "-1632138521.1198775089551518743"
    static let time = Timestamp(milliseconds: 1_795_000_000_000)
    static let remediation = "86f3faa1-bac0-4a17-9192-9d106b734664"

    static func kill(_ target: String, on machine: String = machine) -> ActionTarget {
        ActionTarget(machineId: machine, targetId: target, actionType: .killProcess)
    }

    static func quarantine(_ target: String, on machine: String = machine) -> ActionTarget {
        ActionTarget(machineId: machine, targetId: target, actionType: .quarantineFile)
    }

    static func block(_ target: String) -> ActionTarget {
        ActionTarget(machineId: machine, targetId: target, actionType: .blockFile)
    }

    /// A report as the console's JSON.
    static func report(json: String) throws -> RemediationReport {
        let report = try withJSON(Array(json.utf8)) { RemediationReport($0) }
        return try #require(report)
    }

    /// A report with these lines, a second apart.
    static func report(_ log: [StatusLogEntry], end: Bool = false) -> RemediationReport {
        RemediationReport(
            remediationID: remediation, start: time, end: end ? time + .seconds(60) : nil,
            statusLog: log.enumerated().map { index, entry in
                var entry = entry
                entry.timestamp = entry.timestamp ?? time + .seconds(index)
                return entry
            })
    }

    static func line(
        _ status: String, _ target: ActionTarget, named: Bool = true, at: Timestamp? = nil, error: String? = nil,
        errorType: String? = nil
    ) -> StatusLogEntry {
        StatusLogEntry(
            machineID: target.machineId, targetID: named ? target.targetId : nil, status: status,
            actionType: RemediationActionType(rawValue: target.actionType.rawValue), timestamp: at,
            errorMessage: error, errorType: errorType)
    }

    static func request(_ targets: [ActionTarget], malop: String? = nil) -> RemediationRequest {
        var request = RemediationRequest()
        request.malopId = malop
        request.initiatorUserName = "soar@example.com"
        request.reason = "test"
        for target in targets {
            request.actionsByMachine[target.machineId, default: []].append(
                RemediationAction(targetId: target.targetId, actionType: target.actionType))
        }
        return request
    }

    /// A ledger with one request that was accepted at ``time`` and then went through these facts, a second apart.
    static func ledger(_ id: String, _ request: RemediationRequest, _ facts: [LedgerFact] = []) -> Ledger {
        var ledger = Ledger()
        var accepted = LedgerFact(.accepted, of: id, writer: "executor", at: time)
        accepted.request = request
        accepted.digest = request.digest
        accepted.origin = Origin(topic: "requests", partition: 3, offset: 7, timestamp: time)
        accepted.notAfter = time + .seconds(3600)
        for (index, fact) in ([accepted] + facts).enumerated() {
            let judgement = ledger.apply(fact, logTime: time + .seconds(index))
            precondition(judgement == .allowed, "\(fact.fact): \(judgement)")
        }
        return ledger
    }

    static func submission(_ id: String, as remediation: String = remediation) -> [LedgerFact] {
        let intent = LedgerFact(.intent, of: id, attempt: 1, writer: "executor", at: time)
        var submitted = LedgerFact(.submitted, of: id, attempt: 1, writer: "executor", at: time)
        submitted.remediationId = remediation
        return [intent, submitted]
    }

    static func end(_ id: String, _ state: RequestState, _ actions: [ActionResult] = []) -> LedgerFact {
        var fact = LedgerFact(.ended, of: id, writer: "tracker", at: time)
        fact.state = state
        fact.reason = .completed
        fact.actions = actions.isEmpty ? nil : actions
        return fact
    }

    /// A submitted request with these targets, followed for at most a minute.
    static func tracked(
        _ targets: [ActionTarget], malop: String? = nil, limit: Duration = .seconds(60)
    ) throws -> TrackedRequest {
        let ledger = ledger("r", request(targets, malop: malop), submission("r"))
        let entry = try #require(ledger.requests["r"])
        return try #require(TrackedRequest(entry, limit: limit))
    }
}
