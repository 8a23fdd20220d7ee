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
        case approval(String)
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
        case .approve: return approval(of: request, judgement)
        }
    }

    /// What the policy alone would let become of it, if neither the installation nor the request held it back.
    func policyWithoutLimits(_ request: LedgerRequest, _ around: Circumstances) -> Permission {
        let judgement = judgement(of: request, around)
        if let refusal = judgement.refusal ?? impossible(request, around) { return .refused(refusal) }
        switch judgement.mode {
        case .enforce: return .granted
        case .observe: return .observed(judgement.modeWords)
        case .approve: return approval(of: request, judgement)
        }
    }

    private func judgement(of request: LedgerRequest, _ around: Circumstances) -> GuardrailJudgement {
        let asked = AskedResponse(
            targets: request.request.targets, requester: request.request.initiatorUserName, keyID: request.keyID,
            names: names.known)
        return around.policy.policy.judge(asked, machines: facts(of: request, around))
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
        return excess.map { GuardrailJudgement.Finding($0.reason, $0.words) }
    }

    // MARK: - Approval

    /// How long before the log took a request it may have been approved: people's clocks differ.
    private static let tolerance = Duration.seconds(300)

    private func approval(of request: LedgerRequest, _ judgement: GuardrailJudgement) -> Permission {
        var objections: [String] = []
        for approval in request.approvals {
            guard let objection = objection(to: approval, of: request, judgement) else { return .granted }
            objections.append("the approval by \(approval.by) does not count: \(objection)")
        }
        let why = judgement.mode == .approve ? judgement.modeWords : "the installation or the request asks for it"
        let actions = request.request.targets.map(\.description).joined(separator: "; ")
        let asker = request.request.initiatorUserName.map { ", asked for by \($0)" } ?? ""
        return .approval((objections + ["waits for approval (\(why)): \(actions)\(asker)"]).joined(separator: "; "))
    }

    private func objection(
        to approval: LedgerRequest.Approval, of request: LedgerRequest, _ judgement: GuardrailJudgement
    ) -> String? {
        if rules.requiresSignatures, approval.keyID == nil { return "it is not signed" }
        guard approval.at >= request.acceptedAt - Self.tolerance else {
            return "it is dated \(approval.at.rfc3339), before the request came"
        }
        guard !judgement.requesterMayApprove else { return nil }
        let requester = request.request.initiatorUserName
        if let requester, requester.lowercased() == approval.by.lowercased() { return "they asked for it themselves" }
        if let key = approval.keyID, key == request.keyID { return "it has the key of the request" }
        return nil
    }
}
