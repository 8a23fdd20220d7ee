public import JSON
public import Model

/// Turns an enriched detection into requests by the response policy.
///
/// The same detection always gives the same requests, and every revision of a malop the same ids: what comes again
/// repeats nothing.
public struct ResponsePlanner: Sendable {
    /// What is done about which item.
    public let policy: ResponsePolicy
    /// The mode of the installation, which binds every rule.
    public let mode: ResponseMode
    /// How old a detection may be that is acted on. What is older comes from a topic that is read again from its start,
    /// or after a long time away: it may be dealt with, or be the wrong thing to do by now.
    public let maximumAge: Duration
    /// What is known of the request with an id.
    private let known: @Sendable (_ id: String) -> LedgerRequest?

    /// Who the results say has asked.
    public static let requester = "riposte planner"

    /// A planner.
    ///
    /// - Parameters:
    ///   - maximumAge: A detection that is older leads to dry runs only.
    ///   - known: What the ledger has under an id, so that what was only observed under another policy can be asked for
    ///     again; nil for what it does not know.
    public init(
        policy: ResponsePolicy, mode: ResponseMode, maximumAge: Duration = .seconds(24 * 3600),
        known: @escaping @Sendable (_ id: String) -> LedgerRequest? = { _ in nil }
    ) {
        self.policy = policy
        self.mode = mode
        self.maximumAge = maximumAge
        self.known = known
    }

    /// Whether a detection is only to be observed for its age.
    public func isTooOld(_ detection: Detection, at now: Timestamp) -> Bool { now - detection.detectedAt > maximumAge }

    /// The requests for all suspects, in their order, each target and action once. Of a detection that is too old, dry
    /// runs, so that the results show what was not done.
    public func requests(for enriched: EnrichedDetection, at now: Timestamp) -> [RemediationRequest] {
        plans(for: enriched, at: now).map(\.request)
    }

    /// The same, each with the rule that it follows from.
    public func plans(
        for enriched: EnrichedDetection, at now: Timestamp
    ) -> [(request: RemediationRequest, suspect: Suspect, decision: PolicyDecision)] {
        let isTooOld = isTooOld(enriched.detection, at: now)
        var seen: Set<String> = []
        var plans: [(request: RemediationRequest, suspect: Suspect, decision: PolicyDecision)] = []
        for suspect in enriched.detection.suspects where suspect.isAddressable {
            guard let decision = policy.decision(on: suspect, in: enriched) else { continue }
            for action in decision.actions {
                let request = request(action, on: suspect, by: decision, enriched, isTooOld: isTooOld)
                if seen.insert(request.requestId ?? "").inserted { plans.append((request, suspect, decision)) }
            }
        }
        return plans
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
        request.requestId = id(malop, target, observing: observing)
        request.malopId = malop
        request.initiatorUserName = Self.requester
        request.actionsByMachine = [
            suspect.machineGuid: [RemediationAction(targetId: suspect.guid, actionType: action)]
        ]
        request.reason = reason(suspect, decision, enriched, isTooOld: isTooOld)
        request.dryRun = observing ? true : nil
        request.mode = !observing && decision.mode == .approve ? .approve : nil
        request.policy = policy.digest.isEmpty ? nil : policy.digest
        request.requestedAt = enriched.detection.detectedAt
        return request
    }

    /// How often what was only observed is asked for again under another policy.
    private static let repetitions = 16

    /// The id of what is asked: always the same, but for what the executor has only observed under another policy, which
    /// must not stand in the way for ever. That is asked for under the next id of a chain.
    ///
    /// All of the chain are looked up, for the ledger forgets the oldest first.
    private func id(_ malop: String, _ target: ActionTarget, observing: Bool) -> String {
        func id(_ repetition: Int) -> String {
            RemediationRequest.plannedID(
                malopId: malop, target: target, observing: observing, repetition: repetition)
        }
        guard !observing else { return id(0) }
        for repetition in stride(from: Self.repetitions, through: 0, by: -1) {
            let newest = id(repetition)
            guard let request = known(newest) else { continue }
            let wasObserved = request.end?.state == .observed && (request.request.policy ?? "") != policy.digest
            return wasObserved && repetition < Self.repetitions ? id(repetition + 1) : newest
        }
        return id(0)
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

extension Suspect {
    /// Whether the console has said enough of an item to aim at it.
    fileprivate var isAddressable: Bool { [guid, machineGuid].allSatisfy(Self.isID) }

    /// The form that every id of a request has to have.
    private static func isID(_ id: String) -> Bool {
        (1...256).contains(id.utf8.count)
            && id.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }
}
