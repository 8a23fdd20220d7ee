import Model
import Pipeline

/// What every request must keep to before anything else is thought about it.
enum RequestRules {
    /// The longest id that the console is sent, in bytes.
    static let longestID = 256
    /// The longest text that is kept for people, in bytes.
    static let longestText = 4096
    /// The most actions of one request.
    static let mostActions = 100

    /// What is wrong with a request; nil if it can be accepted.
    static func fault(of request: RemediationRequest) -> Unusable? {
        if let id = request.requestId, let fault = fault(ofID: id, "requestId") { return fault }
        if let id = request.malopId, let fault = fault(ofID: id, "malopId") { return fault }
        for (text, name) in [(request.reason, "reason"), (request.initiatorUserName, "initiatorUserName")] {
            guard let text, text.utf8.count > longestText else { continue }
            return wrong("\(name) is longer than \(longestText) bytes")
        }
        return faultOfActions(request)
    }

    /// What is wrong with an id of the console or of a sender.
    static func fault(ofID id: String, _ name: String) -> Unusable? {
        guard !id.isEmpty else { return wrong("\(name) is empty") }
        guard id.utf8.count <= longestID else { return wrong("\(name) is longer than \(longestID) bytes") }
        let isPlain = id.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        return isPlain ? nil : wrong("\(name) has control characters")
    }

    private static func faultOfActions(_ request: RemediationRequest) -> Unusable? {
        let count = request.actionsByMachine.values.reduce(0) { $0 + $1.count }
        guard count > 0 else { return Unusable(.noActions, "actionsByMachine names no action") }
        guard count <= mostActions else { return wrong("\(count) actions; one request may have \(mostActions)") }
        for (machine, actions) in request.actionsByMachine {
            if let fault = fault(ofID: machine, "a machine's id") { return fault }
            // Nothing would be done there, and a list of such machines could be as long as the record.
            if actions.isEmpty { return wrong("machine \(machine) has no action") }
            for action in actions {
                let fault =
                    fault(ofID: action.targetId, "targetId") ?? fault(ofID: action.actionType.rawValue, "actionType")
                if let fault { return fault }
            }
        }
        return nil
    }

    private static func wrong(_ detail: String) -> Unusable { Unusable(.wrongSchema, detail) }
}
