internal import JSON
internal import Model

/// What whoever approves has to know. Pure.
enum ApprovalText {
    /// All that is asked of a request, a line each.
    ///
    /// - Parameter twins: Other requests that want the same, as ``twins(of:in:)`` finds them.
    static func question(
        _ result: RemediationResult, _ names: NameBook, twins: [RemediationResult] = []
    ) -> [String] {
        var lines = ["request \(result.requestId)" + (result.digest.map { " (digest \($0))" } ?? "")]
        lines += result.actions.map { "  action      " + names.full($0) }
        lines += twins.map { "  same as     request \($0.requestId), which is \($0.state.rawValue)" }
        if let malop = result.malopId { lines.append("  malop       " + names.full(malop)) }
        lines.append("  asked by    " + requester(result))
        if let reason = result.requestReason { lines.append("  because     " + reason) }
        if let time = result.notAfter { lines.append("  not after   " + time.rfc3339) }
        let words = [result.reason?.rawValue, result.detail].compactMap(\.self).joined(separator: ": ")
        if !words.isEmpty { lines.append("  waits for   " + words) }
        let people = approvers(result)
        if !people.isEmpty { lines.append("  approved by " + people.joined(separator: "; ")) }
        return lines
    }

    /// Who has approved it, each with why it does not count where that is so.
    static func approvers(_ result: RemediationResult) -> [String] {
        let objections = result.objections ?? []
        let others = (result.approvedBy ?? []).filter { name in !objections.contains { $0.by == name } }
        return others + objections.map { "\($0.by), which does not count: \($0.why)" }
    }

    /// The other requests that are open and want to do something of the same to the same, the oldest first.
    static func twins(
        of result: RemediationResult, in results: some Sequence<RemediationResult>
    ) -> [RemediationResult] {
        let targets = Set(result.actions.map(\.target))
        return results.filter { other in
            other.requestId != result.requestId && !other.state.isEnd
                && other.actions.contains { targets.contains($0.target) }
        }.sorted { ($0.acceptedAt ?? $0.updatedAt, $0.requestId) < ($1.acceptedAt ?? $1.updatedAt, $1.requestId) }
    }

    /// Who asked, which anyone may claim, and the key, which nobody else has.
    static func requester(_ result: RemediationResult) -> String {
        let name = result.requestedBy ?? "nobody named"
        return result.signedBy.map { "\(name), signed by key \($0)" } ?? name
    }

    /// A table of what waits, the oldest first.
    ///
    /// - Parameter all: The newest results of all requests, of which others may want the same.
    static func table(
        _ waiting: [RemediationResult], among all: [RemediationResult] = [], _ names: NameBook, now: Timestamp
    ) -> [String] {
        let rows =
            [["REQUEST", "WAITS", "EXPIRES", "WHAT"]]
            + waiting.map { result in
                [
                    result.requestId, span(from: result.acceptedAt ?? result.updatedAt, to: now),
                    result.notAfter.map { $0 > now ? "in " + span(from: now, to: $0) : "now" } ?? "never",
                    what(result, names, twins(of: result, in: all)),
                ]
            }
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { PlainText.pad($0, $1) + "  " }.joined() + row[3]
        }
    }

    private static func what(
        _ result: RemediationResult, _ names: NameBook, _ twins: [RemediationResult]
    ) -> String {
        var words = names.words(result) + ", asked by " + requester(result)
        if let reason = result.requestReason { words += ": \(reason)" }
        if !twins.isEmpty { words += " [same as \(twins.map(\.requestId).joined(separator: ", "))]" }
        let ignored = result.objections ?? []
        if !ignored.isEmpty { words += " [approved by \(approvers(result).joined(separator: "; "))]" }
        return words
    }

    /// A span as people say it: `45s`, `12m`, `3h 5m`, `2d 4h`.
    static func span(from start: Timestamp, to end: Timestamp) -> String {
        let seconds = max(0, (end.milliseconds - start.milliseconds) / 1000)
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
        if minutes == 0 { return "\(seconds)s" }
        if hours == 0 { return "\(minutes)m" }
        if days == 0 { return minutes % 60 == 0 ? "\(hours)h" : "\(hours)h \(minutes % 60)m" }
        return hours % 24 == 0 ? "\(days)d" : "\(days)d \(hours % 24)h"
    }
}

extension ApprovalObjection {
    /// For a person: `by alice, which does not count: they asked for it themselves`.
    var words: String { "by \(by), which does not count: \(why)" }
}
