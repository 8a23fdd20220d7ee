import JSON
import Model

extension Samples {
    static let requests = Pair(
        name: "remediation-request", filled: filledRequest,
        minimal: make(RemediationRequest.self) {
            $0.actionsByMachine = [
                machineId: [RemediationAction(targetId: fileId, actionType: .quarantineFile)]
            ]
        })

    static let filledRequest = make(RemediationRequest.self) {
        $0.schemaVersion = supportedSchemaVersion
        $0.requestId = "soar-2026-11-22-0042"
        $0.malopId = malopId
        $0.initiatorUserName = "admin@myserver.com"
        $0.actionsByMachine = [machineId: [RemediationAction(targetId: machineId, actionType: .killProcess)]]
        $0.reason = "confirmed by the analyst on call"
        $0.notAfter = time + .seconds(3600)
        $0.dryRun = true
        $0.mode = .approve
        $0.policy = "1f0c9a4be2d7735586a0b9c4d1e2f3a4"
        $0.requestedAt = time
    }

    static let decisions = Pair(
        name: "remediation-decision", filled: filledDecision,
        minimal: make(RemediationDecision.self) {
            $0.schemaVersion = nil
            $0.requestId = "soar-2026-11-22-0042"
            $0.decidedBy = "ann@example.com"
            $0.decidedAt = time
        })

    static let filledDecision = make(RemediationDecision.self) {
        $0.requestId = "soar-2026-11-22-0042"
        $0.decision = .adopt
        $0.digest = filledRequest.digest
        $0.attempt = 1
        $0.remediationId = remediationId
        $0.decidedBy = "ann@example.com"
        $0.reason = "the console shows it"
        $0.decidedAt = time
    }

    static let actionResult = make(ActionResult.self) {
        $0.machineId = machineId
        $0.targetId = fileId
        $0.actionType = .quarantineFile
        $0.targetName = "invoice.exe"
        $0.targetPath = #"c:\users\ann\downloads\invoice.exe"#
        $0.machineName = "finance-07"
        $0.state = .failed
        $0.platformStatus = "FAILURE"
        $0.error = "the file is gone"
        $0.errorType = "INVALID_ARGUMENT"
        $0.updatedAt = time
        $0.undo = UndoReceipt(.unquarantineFile, targetId: "1632138521.-3309174482915540217")
    }

    static let objection = ApprovalObjection(
        by: "ben@example.com", keyId: "soar-2026", why: "it has the key of the request")

    static let minimalActionResult = ActionResult(
        ActionTarget(machineId: machineId, targetId: fileId, actionType: .quarantineFile), state: .pending)

    static let results = Pair(
        name: "remediation-result",
        filled: make(RemediationResult.self) {
            $0.requestId = "soar-2026-11-22-0042"
            $0.version = 7
            $0.state = .partial
            $0.reason = .someFailed
            $0.detail = "1 of 2 actions failed"
            $0.actions = [actionResult]
            $0.malopId = malopId
            $0.requestedBy = "admin@myserver.com"
            $0.requestReason = "confirmed by the analyst on call"
            $0.dryRun = false
            $0.signedBy = "soar-2026"
            $0.approvedBy = ["ann@example.com"]
            $0.objections = [objection]
            $0.mode = .approve
            $0.policy = sha256
            $0.digest = filledRequest.digest
            $0.source = replayed
            $0.remediationId = remediationId
            $0.attempts = 1
            $0.notAfter = time + .seconds(3600)
            $0.acceptedAt = time
            $0.submittedAt = time + .seconds(1)
            $0.endedAt = time + .seconds(9)
            $0.updatedAt = time + .seconds(9)
            $0.verification = .verified
            $0.amended = "the console reported a success later"
        },
        minimal: make {
            $0.schemaVersion = nil
            $0.requestId = "soar-2026-11-22-0042"
            $0.actions = [minimalActionResult]
            $0.updatedAt = time
        })

    static let facts = Pair(
        name: "ledger-fact",
        filled: make(LedgerFact.self) {
            $0.requestId = "soar-2026-11-22-0042"
            $0.fact = .ended
            $0.attempt = 1
            $0.writer = "remediator-7f9c"
            $0.at = time
            $0.request = filledRequest
            $0.origin = replayed
            $0.digest = filledRequest.digest
            $0.notAfter = filledRequest.notAfter
            $0.decision = filledDecision
            $0.keyId = "soar-2026"
            $0.remediationId = remediationId
            $0.startedAt = time
            $0.fireWithinMs = 10_000
            $0.consoleTime = time
            $0.caps = RateCaps(actionsPerMachineAndHour: 20, machinesPerHour: 50, actionsPerHour: 200)
            $0.policy = sha256
            $0.mode = .approve
            $0.objections = [objection]
            $0.state = .partial
            $0.actions = [actionResult]
            $0.reason = .someFailed
            $0.detail = "1 of 2 actions failed"
        },
        minimal: make {
            $0.schemaVersion = nil
            $0.requestId = "soar-2026-11-22-0042"
            $0.fact = .held
            $0.writer = "remediator-7f9c"
            $0.at = time
        })

    /// A body that visits every pair, whatever its message's type.
    protocol Visitor {
        func visit<Message: Event & Equatable>(_ pair: Pair<Message>) throws
    }

    static func all(_ visitor: some Visitor) throws {
        try visitor.visit(detections)
        try visitor.visit(enriched)
        try visitor.visit(reputations)
        try visitor.visit(requests)
        try visitor.visit(decisions)
        try visitor.visit(results)
        try visitor.visit(facts)
        try visitor.visit(switches)
        try visitor.visit(deadLetters)
    }
}
