import JSON
import Kafka
import Model
import Pipeline

/// What becomes of a record of the request topic: a fact for the ledger, a dead letter, or both.
struct RequestReader: Sendable {
    /// What a record comes to.
    struct Reading: Sendable {
        /// `ACCEPTED`, or `REFUSED` so that the sender gets a result; nil if the record is no JSON object.
        var fact: LedgerFact?
        /// Why the record also goes to the dead letters.
        var fault: Unusable?
        var trace: TraceContext?
    }

    /// How long after its record's time a request is sent, unless it says so itself.
    let defaultExpiry: Duration
    /// For how long a request is remembered after its end.
    var memory = Duration.seconds(14 * 86_400)
    /// Who writes the facts.
    let writer: String
    /// Who has signed it.
    var signatures = SignatureCheck.none

    func read(_ record: KafkaRecord, at now: Timestamp) -> Reading {
        let keyID: String?
        // Before anything else: what is not signed as it should be must not have any effect on a request of somebody else.
        do throws(Unusable) { keyID = try signatures.keyID(of: record, for: .request) } catch {
            return disown(record, error, now)
        }
        do throws(Unusable) {
            let request = try RecordReader.read(record, as: RemediationRequest.self)
            if let fault = RequestRules.fault(of: request) { throw fault }
            if keyID != nil, let fault = SignedRules.fault(of: request, at: now, memory: memory) { throw fault }
            return accept(request, record, keyID, now)
        } catch {
            return refuse(record, error, keyID, now)
        }
    }

    private func accept(
        _ request: RemediationRequest, _ record: KafkaRecord, _ keyID: String?, _ now: Timestamp
    ) -> Reading {
        let id = request.requestId ?? RemediationRequest.id(of: record.source, payload: record.value ?? [])
        var fact = LedgerFact(.accepted, of: id, writer: writer, at: now)
        fact.request = request
        fact.origin = record.source
        fact.digest = request.digest
        fact.keyId = keyID
        fact.notAfter = expiry(of: request, record, now)
        return Reading(fact: fact, trace: Received(event: request, record: record).trace)
    }

    /// By the record's own time, so that a request that waited while nobody read it is not sent late. For a replay that is
    /// the first's; and a replay that comes when the first may have been forgotten has expired, whatever it says itself. Nor
    /// does any request wait for longer than ids are remembered.
    private func expiry(of request: RemediationRequest, _ record: KafkaRecord, _ now: Timestamp) -> Timestamp {
        let sent = record.sent(asOf: now)
        let expiry = request.notAfter ?? sent + defaultExpiry
        let isReplay = record.source.replayOffset != nil
        return min(expiry, sent + (isReplay ? memory : max(memory, defaultExpiry)))
    }

    /// Refuses a record that cannot be believed, under an id of its own.
    ///
    /// A request is refused once and for all. Under the id that the record claims, anyone could so end requests before they
    /// come: the ids of planned ones can be worked out.
    private func disown(_ record: KafkaRecord, _ fault: Unusable, _ now: Timestamp) -> Reading {
        guard let value = record.value, var request = SalvagedRequest.read(value) else { return Reading(fault: fault) }
        let claimed = request.requestId.map { "; it claims to be request '\($0)'" } ?? ""
        request.requestId = nil
        let fault = Unusable(fault.reason, fault.detail + claimed)
        return refusal(of: request, value, record, fault, now)
    }

    private func refuse(_ record: KafkaRecord, _ fault: Unusable, _ keyID: String?, _ now: Timestamp) -> Reading {
        guard let value = record.value, let request = SalvagedRequest.read(value) else { return Reading(fault: fault) }
        var reading = refusal(of: request, value, record, fault, now)
        reading.fact?.keyId = keyID
        return reading
    }

    private func refusal(
        of request: RemediationRequest, _ value: [UInt8], _ record: KafkaRecord, _ fault: Unusable, _ now: Timestamp
    ) -> Reading {
        let id = request.requestId ?? RemediationRequest.id(of: record.source, payload: value)
        var fact = LedgerFact(.refused, of: id, writer: writer, at: now)
        fact.request = request
        fact.origin = record.source
        fact.digest = StableID.make("refused-payload", [Digest.sha256(value).hexadecimal()])
        fact.reason = fault.reason
        fact.detail = fault.detail
        return Reading(fact: fact, fault: fault, trace: Received(event: request, record: record).trace)
    }
}

/// What can be told of a request that cannot be accepted, for the result that its sender gets.
enum SalvagedRequest {
    /// Nil if the bytes are no JSON object.
    static func read(_ bytes: [UInt8]) -> RemediationRequest? {
        let salvaged = try? withJSON(bytes, limits: .platform) { (root) throws(JSONError) -> RemediationRequest? in
            guard root.kind == .object else { return nil }
            var request = RemediationRequest()
            request.requestId = id(root["requestId"])
            request.malopId = id(root["malopId"])
            request.initiatorUserName = text(root["initiatorUserName"])
            request.reason = text(root["reason"])
            request.dryRun = root["dryRun"]?.asBool
            request.actionsByMachine = actions(root["actionsByMachine"])
            return request
        }
        return salvaged ?? nil
    }

    private static func id(_ value: JSONValue?) -> String? {
        guard let id = value?.asString, RequestRules.fault(ofID: id, "") == nil else { return nil }
        return id
    }

    private static func text(_ value: JSONValue?) -> String? {
        guard let text = value?.asString, text.utf8.count <= RequestRules.longestText else { return nil }
        return text
    }

    /// The actions that can be read, no more than a request may have.
    private static func actions(_ value: JSONValue?) -> [String: [RemediationAction]] {
        guard let value else { return [:] }
        var actions: [String: [RemediationAction]] = [:]
        var count = 0
        for machine in value.members where RequestRules.fault(ofID: machine.key, "") == nil {
            for element in machine.value.elements where count < RequestRules.mostActions {
                guard let target = id(element["targetId"]), let type = id(element["actionType"]) else { continue }
                let action = RemediationAction(targetId: target, actionType: ActionType(rawValue: type))
                actions[machine.key, default: []].append(action)
                count += 1
            }
        }
        return actions
    }
}
