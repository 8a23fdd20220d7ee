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
    /// How old a detection may be that is acted on. What is older comes from a topic that is read again from its start,
    /// or after a long time away: it may be dealt with, or be the wrong thing to do by now.
    var maximumAge = Duration.seconds(24 * 3600)

    /// Who the results say has asked.
    static let requester = "riposte planner"

    /// Whether a detection is only to be observed for its age.
    func isTooOld(_ detection: Detection, at now: Timestamp) -> Bool { now - detection.detectedAt > maximumAge }

    /// The requests for all suspects, in their order, each target and action once. Of a detection that is too old, dry
    /// runs, so that the results show what was not done.
    func requests(for enriched: EnrichedDetection, at now: Timestamp) -> [RemediationRequest] {
        let isTooOld = isTooOld(enriched.detection, at: now)
        var seen: Set<String> = []
        var requests: [RemediationRequest] = []
        for suspect in enriched.detection.suspects where Self.isAddressable(suspect) {
            guard let decision = policy.decision(on: suspect, in: enriched) else { continue }
            for action in decision.actions {
                let request = request(action, on: suspect, by: decision, enriched, isTooOld: isTooOld)
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
        _ action: ActionType, on suspect: Suspect, by decision: PolicyDecision, _ enriched: EnrichedDetection,
        isTooOld: Bool
    ) -> RemediationRequest {
        let malop = enriched.detection.malopId
        let observing = mode == .observe || decision.mode == .observe || isTooOld
        let target = ActionTarget(machineId: suspect.machineGuid, targetId: suspect.guid, actionType: action)
        var request = RemediationRequest()
        request.schemaVersion = supportedSchemaVersion
        request.requestId = RemediationRequest.plannedID(malopId: malop, target: target, observing: observing)
        request.malopId = malop
        request.initiatorUserName = Self.requester
        request.actionsByMachine = [
            suspect.machineGuid: [RemediationAction(targetId: suspect.guid, actionType: action)]
        ]
        request.reason = reason(suspect, decision, enriched, isTooOld: isTooOld)
        request.dryRun = observing ? true : nil
        request.requestedAt = enriched.detection.detectedAt
        return request
    }

    private func reason(
        _ suspect: Suspect, _ decision: PolicyDecision, _ enriched: EnrichedDetection, isTooOld: Bool
    ) -> String {
        let detection = enriched.detection
        let malop = detection.malopName.map { "\($0) (\(detection.malopId))" } ?? detection.malopId
        let item = suspect.name.map { "\(suspect.kind.rawValue) \($0)" } ?? suspect.kind.rawValue
        let text =
            "policy rule '\(decision.rule)': \(item) is \(enriched.verdict(on: suspect).rawValue), malop \(malop)"
        let age = isTooOld ? "too old to act on, detected at \(detection.detectedAt.rfc3339); " : ""
        return String((age + text).prefix(1000))
    }
}
