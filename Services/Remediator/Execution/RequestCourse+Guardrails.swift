import JSON
import Model
import Policy

/// What the policy makes of a request whose machines are known.
extension RequestCourse {
    /// What the policy lets become of a request.
    enum Permission: Equatable {
        /// It may be sent.
        case granted
        /// It is refused for good.
        case refused(GuardrailJudgement.Finding)
        /// It is only observed; which words have it so.
        case observed(String)
        /// A person is to approve it first.
        case approval(WantedApproval)
    }

    /// What a request waits for that a person is to approve.
    struct WantedApproval: Equatable {
        /// Whose words have it so, and which approvals do not count.
        let words: String
        let objections: [ApprovalObjection]
    }

    /// How far this request may go whatever the policy says: as the installation and the request itself have it.
    func limit(of request: LedgerRequest) -> ResponseMode {
        let own = request.request.dryRun == true ? ResponseMode.observe : request.request.mode ?? .enforce
        return min(rules.mode, own)
    }

    func permission(for request: LedgerRequest, _ around: Circumstances) -> Permission {
        let judgement = judgement(of: request, around)
        if let refusal = unsigned(request) ?? judgement.refusal ?? impossible(request, around) {
            return .refused(refusal)
        }
        let mode = min(judgement.mode, limit(of: request))
        switch mode {
        case .enforce: return .granted
        case .observe: return .observed(judgement.mode == .observe ? judgement.modeWords : "")
        case .approve: return approval(of: request, judgement, around)
        }
    }

    /// What would become of it if neither the installation nor the request had it only observed.
    func policyWithoutLimits(_ request: LedgerRequest, _ around: Circumstances) -> Permission {
        let judgement = judgement(of: request, around)
        if let refusal = judgement.refusal ?? impossible(request, around) { return .refused(refusal) }
        let limits = [rules.mode, request.request.mode ?? .enforce].filter { $0 != .observe }
        switch min(judgement.mode, limits.min() ?? .enforce) {
        case .enforce: return .granted
        case .observe: return .observed(judgement.modeWords)
        case .approve: return approval(of: request, judgement, around)
        }
    }

    /// A fact that the guardrails have decided, with how far they let the request go and which policy has it so.
    func judged(_ draft: FactDraft, _ request: LedgerRequest, _ around: Circumstances) -> FactDraft {
        var draft = draft
        draft.mode = mode(of: request, around)
        draft.policy = around.policy.policy.digest.isEmpty ? nil : around.policy.policy.digest
        return draft
    }

    /// How far the request may go by everything that has a say.
    func mode(of request: LedgerRequest, _ around: Circumstances) -> ResponseMode {
        min(judgement(of: request, around).mode, limit(of: request))
    }

    private func judgement(of request: LedgerRequest, _ around: Circumstances) -> GuardrailJudgement {
        around.policy.policy.judge(asked(request), machines: facts(of: request, around))
    }

    private func asked(_ request: LedgerRequest) -> AskedResponse {
        // A quarantined copy is no file of a machine.
        let aimed = Set(request.request.targets.filter(\.actionType.isAimedAtName).map(\.targetId))
        return AskedResponse(
            targets: request.request.targets, requester: request.request.initiatorUserName, keyID: request.keyID,
            names: targets.names, targetMachines: targets.machines.filter { aimed.contains($0.key) })
    }

    private func facts(of request: LedgerRequest, _ around: Circumstances) -> [String: MachineFacts] {
        var facts: [String: MachineFacts] = [:]
        for id in Set(request.request.targets.map(\.machineId)) {
            guard let reading = around.machines[id], let answer = reading.answer, answer != .unknown else { continue }
            facts[id] = MachineFacts(guid: id, name: reading.name, os: reading.osType, labels: reading.groups)
        }
        return facts
    }

    /// Signatures may be required since it was taken.
    private func unsigned(_ request: LedgerRequest) -> GuardrailJudgement.Finding? {
        guard rules.requiresSignatures, request.keyID == nil else { return nil }
        return GuardrailJudgement.Finding(.signatureMissing, "it was taken when requests did not have to be signed")
    }

    /// What would not be within the caps in an hour of its own would wait in vain.
    func impossible(_ request: LedgerRequest, _ around: Circumstances) -> GuardrailJudgement.Finding? {
        let excess = Ledger().excess(of: request, under: around.policy.policy.caps.rates, at: around.wall)
        return excess.map { GuardrailJudgement.Finding($0.reason, "it can never fit: \($0.words)") }
    }

    // MARK: - Approval

    /// How long before the log took a request it may have been approved: people's clocks differ.
    private static let tolerance = Duration.seconds(300)

    private func approval(
        of request: LedgerRequest, _ judgement: GuardrailJudgement, _ around: Circumstances
    ) -> Permission {
        var objections: [ApprovalObjection] = []
        for approval in request.approvals {
            guard let why = objection(to: approval, of: request, judgement, around) else { return .granted }
            objections.append(ApprovalObjection(by: approval.by, keyId: approval.keyID, why: why))
        }
        // The newest are the ones to be answered.
        objections = objections.suffix(Self.objections)
        let why = judgement.mode == .approve ? judgement.modeWords : "the installation or the request asks for it"
        let words = objections.map { "the approval by \($0.by) does not count: \($0.why)" }
        return .approval(
            WantedApproval(
                words: (["a person has to approve it: \(why)"] + words).joined(separator: "; "),
                objections: objections))
    }

    /// As many objections as are shown.
    private static let objections = 5
    /// As many actions as are told one by one.
    private static let toldActions = 5

    /// What is asked, with the names that are known.
    func actions(of request: LedgerRequest, _ around: Circumstances) -> String {
        let targets = request.request.targets
        let told = targets.prefix(Self.toldActions).map { target in
            let item = self.targets.names[target.targetId].map { "\($0) (\(target.targetId))" } ?? target.targetId
            let name = around.machines[target.machineId]?.name ?? ""
            let machine = name.isEmpty ? target.machineId : "\(name) (\(target.machineId))"
            return "\(target.actionType) of \(item) on \(machine)"
        }
        let rest = targets.count > Self.toldActions ? ["\(targets.count - Self.toldActions) more"] : []
        return (told + rest).joined(separator: ", ")
    }

    /// Why an approval does not count; nil if it does. It is looked at by the policy of this moment, so who may approve no
    /// longer has not approved.
    private func objection(
        to approval: LedgerRequest.Approval, of request: LedgerRequest, _ judgement: GuardrailJudgement,
        _ around: Circumstances
    ) -> String? {
        if rules.requiresSignatures, approval.keyID == nil { return "it is not signed" }
        guard approval.at >= request.acceptedAt - Self.tolerance else {
            return "it is dated \(approval.at.rfc3339), before the request came"
        }
        if let key = approval.keyID {
            let objection = around.policy.policy.objection(
                toApprovalWith: key, of: asked(request), machines: facts(of: request, around))
            if let objection { return objection }
        }
        return judgement.requesterMayApprove ? nil : ownership(of: approval, request)
    }

    /// Whether somebody approves what they have asked for themselves, or nobody can tell that they do not.
    private func ownership(of approval: LedgerRequest.Approval, _ request: LedgerRequest) -> String? {
        if let key = approval.keyID, key == request.keyID { return "it has the key of the request" }
        guard let requester = request.request.initiatorUserName.map(Self.person), !requester.isEmpty else {
            guard request.keyID == nil || approval.keyID == nil else { return nil }
            return "the request does not say who asks (initiatorUserName), so it may be the same person"
        }
        return requester == Self.person(approval.by) ? "they asked for it themselves" : nil
    }

    /// A person's name as it is compared.
    private static func person(_ name: String) -> String {
        let words = name.split(whereSeparator: \.isWhitespace)
        return words.joined(separator: " ").lowercased()
    }
}
