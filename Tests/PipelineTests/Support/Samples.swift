import JSON
import Kafka
import Model
import Pipeline

/// Events for tests.
enum Samples {
    static let time = Timestamp(milliseconds: 1_795_341_600_123)

    /// Somebody's decision about a request: the simplest event with a key.
    static func decision(_ id: String, by person: String = "ann", at time: Timestamp = .now()) -> RemediationDecision {
        var decision = RemediationDecision()
        decision.requestId = id
        decision.decidedBy = person
        decision.decidedAt = time
        return decision
    }

    static func halt(_ on: Bool, by person: String) -> ControlSwitch {
        var control = ControlSwitch()
        control.on = on
        control.setBy = person
        control.setAt = time
        return control
    }

    static func request(_ targets: [String], on machine: String = "m") -> RemediationRequest {
        var request = RemediationRequest()
        request.actionsByMachine[machine] = targets.map { RemediationAction(targetId: $0, actionType: .killProcess) }
        return request
    }

    /// A record as a reader gets it.
    static func record(
        _ value: String?, key: String? = "key", headers: [KafkaHeader] = [], offset: Int64 = 7
    ) -> KafkaRecord {
        record(bytes: value.map { Array($0.utf8) }, key: key, headers: headers, offset: offset)
    }

    static func record(
        bytes: [UInt8]?, key: String? = "key", headers: [KafkaHeader] = [], offset: Int64 = 7
    ) -> KafkaRecord {
        KafkaRecord(
            topic: "riposte.test", partition: 3, offset: offset, timestamp: time.milliseconds,
            key: key.map { Array($0.utf8) }, value: bytes, headers: headers)
    }

    /// The record that a fact is written as.
    static func record(_ fact: LedgerFact, offset: Int64 = 0) -> KafkaRecord {
        record(bytes: fact.json(), key: fact.key, offset: offset)
    }
}
