internal import Model

/// What is new in each result of a request, as lines.
///
/// A result is the whole state of its request, and may be written again: lines are what differs from the newest one
/// before.
struct ResultStory: Sendable {
    private var newest: [String: RemediationResult] = [:]

    /// Who it is told to.
    enum Listener: Sendable {
        /// Somebody who sees the whole play: only what nothing else tells of.
        case audience

        /// Somebody who asked for this one request.
        case sender

        /// Somebody who sees many requests, and has to tell them apart.
        case watcher
    }

    let listener: Listener

    init(for listener: Listener) { self.listener = listener }

    /// The newest result of each request.
    var results: [String: RemediationResult] { newest }

    /// Takes a result; gives the lines that it makes. None for one that was seen before.
    mutating func take(_ result: RemediationResult, _ names: NameBook) -> [StoryLine] {
        let before = newest[result.requestId]
        guard before.map({ $0.version < result.version }) ?? true else { return [] }
        newest[result.requestId] = result
        let state = stateLine(result, before, names)
        let actions = actionLines(result, before, names)
        // A state on the way stands above what the actions do in it, an end below.
        let told = result.state.isEnd ? actions + state : state + actions
        let lines =
            approvalLines(result, before, names) + submissionLine(result, before, names) + told
            + laterLines(result, before, names)
        guard listener == .watcher else { return lines }
        return lines.enumerated().map { index, line in
            // Whole once, for whoever wants to copy it.
            let id = before == nil && index == 0 ? result.requestId : Self.short(result.requestId)
            return StoryLine(line.at, line.label, line.tone, "\(id): \(line.text)")
        }
    }

    /// Enough of an id to tell a request from others.
    static func short(_ id: String) -> String { id.count <= 20 ? id : id.prefix(12) + "…" }

    /// Who has approved it since, and whose approval does not count. While it waits for an approval, an approval is told
    /// with the remediator's word on it, which comes a moment later.
    private func approvalLines(
        _ result: RemediationResult, _ before: RemediationResult?, _ names: NameBook
    ) -> [StoryLine] {
        let known = Set((before?.objections ?? []).map(\.words))
        var lines = (result.objections ?? []).filter { !known.contains($0.words) }
            .map { line(result, "approved", .bad, $0.words, names) }
        guard !result.waitsForApproval else { return lines }
        let wasWaiting = before?.waitsForApproval ?? true
        let told = Set((result.objections ?? []).map(\.by) + (wasWaiting ? [] : before?.approvedBy ?? []))
        let people = (result.approvedBy ?? []).filter { !told.contains($0) }
        if !people.isEmpty {
            lines.append(line(result, "approved", .good, "by " + people.joined(separator: ", "), names))
        }
        return lines
    }

    /// The console took it. Told when the console's id is first seen: the result that says no more than that may have
    /// been overtaken by the next one.
    private func submissionLine(
        _ result: RemediationResult, _ before: RemediationResult?, _ names: NameBook
    ) -> [StoryLine] {
        guard let id = result.remediationId, before?.remediationId != id else { return [] }
        let shown = listener == .audience ? String(id.prefix(8)) : id
        return [line(result, RequestState.submitted.label, .plain, "remediation \(shown)", names)]
    }

    private func actionLines(
        _ result: RemediationResult, _ before: RemediationResult?, _ names: NameBook
    ) -> [StoryLine] {
        // What ends after its request is told as what the end was amended by.
        guard before?.state.isEnd != true else { return [] }
        let known = Dictionary((before?.actions ?? []).map { ($0.target, $0.state) }) { first, _ in first }
        return result.actions.compactMap { action in
            guard action.state.isEnd, known[action.target] != action.state else { return nil }
            let words = [action.errorType, action.error].compactMap(\.self).joined(separator: ": ")
            let text = names.words(action) + ": \(action.state.rawValue)" + (words.isEmpty ? "" : ": \(words)")
            let tone: Tone = action.state == .succeeded ? .good : .bad
            return StoryLine(result.updatedAt, "action", tone, text)
        }
    }

    private func stateLine(
        _ result: RemediationResult, _ before: RemediationResult?, _ names: NameBook
    ) -> [StoryLine] {
        // What it waits for a person for is told in whichever words, also who may not be that person.
        let isNews = before?.state != result.state || before?.reason != result.reason
        let asksAnew = result.waitsForApproval && before?.detail != result.detail
        guard isNews || asksAnew else { return [] }
        // An end that is told anew with another reason is no new end.
        if let before, before.state.isEnd { return [] }
        switch result.state {
        case .submitted where result.remediationId != nil: return []
        case .accepted where listener == .audience, .inProgress where listener == .audience: return []
        default: return [line(result, result.state.label, result.state.tone, why(result, before), names)]
        }
    }

    private func line(
        _ result: RemediationResult, _ label: String, _ tone: Tone, _ why: String?, _ names: NameBook
    ) -> StoryLine {
        var text = names.words(result)
        if let why { text += ": \(why)" }
        return StoryLine(result.updatedAt, label, tone, text)
    }

    private func why(_ result: RemediationResult, _ before: RemediationResult?) -> String? {
        switch result.state {
        // Who asked is said once, not again when what had to wait goes on.
        case .accepted where before != nil: Self.joined("goes on", result.reason?.rawValue)
        case .accepted: Self.joined(asker(result), result.requestReason)
        // The words for a person say all of it.
        case .denied: result.detail ?? result.reason?.rawValue
        case .succeeded, .inProgress, .submitted: nil
        case .partial, .failed, .aborted: Self.joined(result.reason?.rawValue, causes(result))
        default: Self.joined(result.reason?.rawValue, result.detail)
        }
    }

    /// Who asked, and the key that proves it; nil if neither is known.
    private func asker(_ result: RemediationResult) -> String? {
        let name = result.requestedBy.map { "asked by \($0)" }
        guard let key = result.signedBy else { return name }
        return [name, "signed by key \(key)"].compactMap(\.self).joined(separator: ", ")
    }

    /// What kept the actions from succeeding, each cause once; nil if the console named none.
    private func causes(_ result: RemediationResult) -> String? {
        var causes: [String] = []
        for action in result.actions where action.state != .succeeded {
            guard let cause = action.errorType ?? action.error, !causes.contains(cause) else { continue }
            causes.append(cause)
        }
        return causes.isEmpty ? nil : causes.joined(separator: ", ")
    }

    private static func joined(_ parts: String?...) -> String? {
        let known = parts.compactMap(\.self)
        return known.isEmpty ? nil : known.joined(separator: ": ")
    }

    /// What became known after the end.
    private func laterLines(
        _ result: RemediationResult, _ before: RemediationResult?, _ names: NameBook
    ) -> [StoryLine] {
        var lines: [StoryLine] = []
        let subject = names.words(result)
        if let verification = result.verification, verification != before?.verification, verification != .pending {
            let tone: Tone = verification == .contradicted ? .bad : .quiet
            let label = verification == .notVerifiable ? "unverified" : verification.rawValue.lowercased()
            lines.append(StoryLine(result.updatedAt, label, tone, subject))
        }
        if let amended = result.amended, amended != before?.amended {
            lines.append(StoryLine(result.updatedAt, "amended", .waiting, "\(subject): \(amended)"))
        }
        return lines
    }
}

extension RequestState {
    /// The state as a line begins with it: an end as results name it, what is on the way in small letters.
    var label: String {
        if self == .inProgress { return "progress" }
        return isEnd ? rawValue : rawValue.lowercased()
    }

    var tone: Tone {
        switch self {
        case .succeeded, .observed: .good
        case .accepted, .submitted, .inProgress: .plain
        case .held, .uncertain, .parked: .waiting
        default: .bad
        }
    }

    /// Whether somebody who asked for it got what they asked for.
    var isSuccess: Bool { self == .succeeded || self == .observed }
}
