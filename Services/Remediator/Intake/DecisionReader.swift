import JSON
import Kafka
import Model
import Pipeline

/// Makes facts of the records of the decision topic.
struct DecisionReader: Sendable {
    /// Who writes the facts.
    let writer: String

    /// - Throws: ``Unusable`` for the dead letters.
    func read(_ record: KafkaRecord, at now: Timestamp) throws(Unusable) -> LedgerFact {
        let decision = try RecordReader.read(record, as: RemediationDecision.self)
        if let fault = RequestRules.fault(ofID: decision.requestId, "requestId") { throw fault }
        if let fault = RequestRules.fault(ofID: decision.decidedBy, "decidedBy") { throw fault }
        if let digest = decision.digest, let fault = RequestRules.fault(ofID: digest, "digest") { throw fault }
        if let id = decision.remediationId, let fault = RequestRules.fault(ofID: id, "remediationId") { throw fault }
        if decision.decision == .adopt, decision.remediationId == nil {
            throw Unusable(.wrongSchema, "remediationId is missing: an adoption names the console's remediation")
        }
        if let reason = decision.reason, reason.utf8.count > RequestRules.longestText {
            throw Unusable(.wrongSchema, "reason is longer than \(RequestRules.longestText) bytes")
        }
        var fact = LedgerFact(.decided, of: decision.requestId, writer: writer, at: now)
        fact.decision = decision
        fact.origin = record.source
        return fact
    }
}
