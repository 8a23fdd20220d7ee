internal import JSON
internal import Model
internal import Pipeline

/// What the state of the topics means. Pure.
enum StateFindings {
    /// The halt switch.
    static func haltSwitch(_ word: ControlWatch.Word, now: Timestamp) -> Finding {
        guard case .set(let control) = word else {
            return Finding(
                .fail, "switch",
                "remediation is halted, because nobody has ever allowed it: riposte resume --reason \"…\"")
        }
        let age = ApprovalText.span(from: control.setAt, to: now)
        let who = "since \(control.setAt.rfc3339) (\(age)), by \(control.setBy)"
        let why = control.reason.map { ": \($0)" } ?? ""
        guard control.on else { return Finding(.ok, "switch", "remediation is allowed \(who)\(why)") }
        return Finding(
            .warn, "switch", "remediation is halted \(who)\(why). When that is over: riposte resume --reason \"…\"")
    }

    /// What is open.
    static func requests(_ results: [RemediationResult], now: Timestamp) -> Finding {
        let open = results.filter { !$0.state.isEnd }
        guard !open.isEmpty else { return Finding(.ok, "requests", "none is open") }
        let parked = open.filter { $0.state == .parked }
        let asking = open.filter(\.waitsForApproval)
        let held = open.filter { $0.state == .held && !$0.waitsForApproval }
        var parts = ["\(open.count) open"]
        if !held.isEmpty { parts.append("\(held.count) held (\(reasons(held)))") }
        if !asking.isEmpty {
            parts.append("\(asking.count) waiting for an approval\(oldest(asking, now)): riposte approve --list")
        }
        if !parked.isEmpty {
            let ids = parked.map(\.requestId).sorted().prefix(3).joined(separator: ", ")
            let more = parked.count > 3 ? ", …" : ""
            parts.append("\(parked.count) parked\(oldest(parked, now)), \(ids)\(more): riposte resolve --help")
        }
        let needsSomebody = !asking.isEmpty || !parked.isEmpty
        return Finding(needsSomebody ? .warn : .ok, "requests", parts.joined(separator: "; "))
    }

    private static func oldest(_ results: [RemediationResult], _ now: Timestamp) -> String {
        guard let first = results.map({ $0.acceptedAt ?? $0.updatedAt }).min() else { return "" }
        return ", the oldest for \(ApprovalText.span(from: first, to: now))"
    }

    /// How many wait for what, the most first.
    private static func reasons(_ held: [RemediationResult]) -> String {
        let counts = Dictionary(held.map { ($0.reason?.rawValue ?? "no reason", 1) }, uniquingKeysWith: +)
        let sorted = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        return sorted.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}
