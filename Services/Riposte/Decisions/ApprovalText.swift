internal import JSON
internal import Model

/// What whoever approves has to know. Pure.
enum ApprovalText {
    /// All that is asked of a request, a line each.
    static func question(_ result: RemediationResult, _ names: NameBook) -> [String] {
        var lines = ["request \(result.requestId)" + (result.digest.map { " (digest \($0))" } ?? "")]
        lines += result.actions.map { "  action      " + names.full($0.target) }
        if let malop = result.malopId { lines.append("  malop       " + names.full(malop)) }
        lines.append("  asked by    " + requester(result))
        if let reason = result.requestReason { lines.append("  because     " + reason) }
        if let time = result.notAfter { lines.append("  not after   " + time.rfc3339) }
        let words = [result.reason?.rawValue, result.detail].compactMap(\.self).joined(separator: ": ")
        if !words.isEmpty { lines.append("  waits for   " + words) }
        if let people = result.approvedBy, !people.isEmpty {
            lines.append("  approved by " + people.joined(separator: ", "))
        }
        return lines
    }

    /// Who asked, which anyone may claim, and the key, which nobody else has.
    static func requester(_ result: RemediationResult) -> String {
        let name = result.requestedBy ?? "nobody named"
        return result.signedBy.map { "\(name), signed by key \($0)" } ?? name
    }

    /// A table of what waits, the oldest first.
    static func table(_ waiting: [RemediationResult], _ names: NameBook, now: Timestamp) -> [String] {
        let rows =
            [["REQUEST", "WAITS", "EXPIRES", "WHAT"]]
            + waiting.map { result in
                [
                    result.requestId, span(from: result.acceptedAt ?? result.updatedAt, to: now),
                    result.notAfter.map { $0 > now ? "in " + span(from: now, to: $0) : "now" } ?? "never",
                    what(result, names),
                ]
            }
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { PlainText.pad($0, $1) + "  " }.joined() + row[3]
        }
    }

    private static func what(_ result: RemediationResult, _ names: NameBook) -> String {
        let asked = names.words(result.actions.map(\.target)) + ", asked by " + requester(result)
        return result.requestReason.map { "\(asked): \($0)" } ?? asked
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
