import JSON
import Kafka
import Model
import Pipeline

/// Makes facts of the records of the decision topic.
struct DecisionReader: Sendable {
    /// Who writes the facts.
    let writer: String
    /// Who has signed it.
    var signatures = SignatureCheck.none

    /// - Throws: ``Unusable`` for the dead letters.
    func read(_ record: KafkaRecord, at now: Timestamp) throws(Unusable) -> LedgerFact {
        let keyID = try signatures.keyID(of: record, for: .decision)
        let decision = try RecordReader.read(record, as: RemediationDecision.self)
        if let fault = RequestRules.fault(ofID: decision.requestId, "requestId") { throw fault }
        if let fault = RequestRules.fault(ofID: decision.decidedBy, "decidedBy") { throw fault }
        if let digest = decision.digest, let fault = RequestRules.fault(ofID: digest, "digest") { throw fault }
        if let id = decision.remediationId, let fault = RequestRules.fault(ofID: id, "remediationId") { throw fault }
        if decision.decision == .adopt, decision.remediationId == nil {
            throw Unusable(.wrongSchema, "remediationId is missing: an adoption names the console's remediation")
        }
        if decision.decision == .sendAgain { try Self.check(sendAgain: decision, record) }
        if let reason = decision.reason, reason.utf8.count > RequestRules.longestText {
            throw Unusable(.wrongSchema, "reason is longer than \(RequestRules.longestText) bytes")
        }
        if keyID != nil, let fault = SignedRules.fault(of: decision) { throw fault }
        var fact = LedgerFact(.decided, of: decision.requestId, writer: writer, at: now)
        fact.decision = decision
        fact.origin = record.source
        fact.keyId = keyID
        return fact
    }

    /// An order to send again is for the moment: it says what it is about, and is not made again from the dead letters.
    private static func check(sendAgain decision: RemediationDecision, _ record: KafkaRecord) throws(Unusable) {
        guard decision.digest != nil, decision.attempt != nil else {
            let words = "digest and attempt are needed to send again: quote the result's digest and attempts"
            throw Unusable(.wrongSchema, words)
        }
        guard record.source.replayOffset == nil else {
            throw Unusable(.replayed, "what is to be sent again is decided anew, not replayed")
        }
    }
}
