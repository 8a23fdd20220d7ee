internal import JSON
internal import Kafka
internal import Model
internal import Pipeline

/// A request as a JSON body says it: Riposte's own form, or the documented body of `POST /rest/remediate`.
enum RequestBody {
    /// A body that cannot be published, with the place that is wrong.
    struct Mistake: Error, Equatable, CustomStringConvertible {
        let source: String
        let note: String
        var description: String { "\(source): \(note)" }
    }

    /// Reads and checks a body, with the eyes of the executor that will read it.
    ///
    /// - Parameter source: What it is called in what is said about mistakes.
    static func request(_ bytes: [UInt8], source: String) throws(Mistake) -> RemediationRequest {
        let record = KafkaRecord(topic: "", partition: 0, offset: 0, key: nil, value: bytes)
        let request: RemediationRequest
        do throws(Unusable) {
            request = try RecordReader.read(record, as: RemediationRequest.self)
        } catch {
            throw Mistake(source: source, note: error.detail)
        }
        if let note = mistake(in: request) { throw Mistake(source: source, note: note) }
        return request
    }

    /// What no executor would accept.
    private static func mistake(in request: RemediationRequest) -> String? {
        if request.targets.isEmpty { return "$.actionsByMachine: names no action" }
        for (machine, actions) in request.actionsByMachine.sorted(by: { $0.key < $1.key }) {
            if machine.isEmpty { return "$.actionsByMachine: a machine's id is empty" }
            for (index, action) in actions.enumerated() {
                let place = "$.actionsByMachine[\"\(machine)\"][\(index)]"
                if action.targetId.isEmpty { return "\(place).targetId: is empty" }
                if action.actionType.rawValue.isEmpty { return "\(place).actionType: is empty" }
            }
        }
        if request.requestId == "" { return "$.requestId: is empty; leave it out to have one made" }
        return nil
    }
}
