import JSON
import Model
import Policy

/// Turns an enriched detection into requests by the response policy.
///
/// The same detection always gives the same requests, and every revision of a malop the same ids: what comes again
/// repeats nothing.
struct ResponsePlanner: Sendable {
    /// What is done about which item.
    let policy: ResponsePolicy
    /// The mode of the installation, which binds every rule.
    let mode: ResponseMode

    /// Who the results say has asked.
    static let requester = "riposte planner"

    /// The requests for all suspects, in their order, each target and action once.
    func requests(for enriched: EnrichedDetection) -> [RemediationRequest] {
        var seen: Set<String> = []
        var requests: [RemediationRequest] = []
        for suspect in enriched.detection.suspects where Self.isAddressable(suspect) {
            guard let decision = policy.decision(on: suspect, in: enriched) else { continue }
            for action in decision.actions {
                let request = request(action, on: suspect, by: decision, enriched)
                if seen.insert(request.requestId ?? "").inserted { requests.append(request) }
            }
        }
        return requests
    }

    /// Whether the console has said enough of an item to aim at it.
    private static func isAddressable(_ suspect: Suspect) -> Bool {
        RequestRules.fault(ofID: suspect.guid, "") == nil && RequestRules.fault(ofID: suspect.machineGuid, "") == nil
    }

    private func request(
        _ action: ActionType, on suspect: Suspect, by decision: PolicyDecision, _ enriched: EnrichedDetection
    ) -> RemediationRequest {
        let malop = enriched.detection.malopId
        let observing = mode == .observe || decision.mode == .observe
        let target = ActionTarget(machineId: suspect.machineGuid, targetId: suspect.guid, actionType: action)
        var request = RemediationRequest()
        request.schemaVersion = supportedSchemaVersion
        request.requestId = RemediationRequest.plannedID(malopId: malop, target: target, observing: observing)
        request.malopId = malop
        request.initiatorUserName = Self.requester
        request.actionsByMachine = [
            suspect.machineGuid: [RemediationAction(targetId: suspect.guid, actionType: action)]
        ]
        request.reason = reason(suspect, decision, enriched)
        request.dryRun = observing ? true : nil
        request.requestedAt = enriched.detection.detectedAt
        return request
    }

    private func reason(
        _ suspect: Suspect, _ decision: PolicyDecision, _ enriched: EnrichedDetection
    ) -> String {
        let detection = enriched.detection
        let malop = detection.malopName.map { "\($0) (\(detection.malopId))" } ?? detection.malopId
        let item = suspect.name.map { "\(suspect.kind.rawValue) \($0)" } ?? suspect.kind.rawValue
        let text =
            "policy rule '\(decision.rule)': \(item) is \(enriched.verdict(on: suspect).rawValue), malop \(malop)"
        return String(text.prefix(1000))
    }
}
