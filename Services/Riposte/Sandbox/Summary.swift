/// The table that a play ends with.
enum Summary {
    /// The lines of the table; the last column says whether a row is as it should be.
    ///
    /// - Parameter width: What a line may hold, in characters; nil where nothing must be left out.
    static func table(_ rows: [Scoreboard.Row], _ style: Style, width: Int?) -> [String] {
        let longest = rows.map { PlainText.line($0.what).count }.max() ?? 0
        let room = max(20, min(max(longest, 4), width.map { $0 - otherColumns } ?? .max))
        let head = line("request", PlainText.pad("what", room), "expected", "end", "ok")
        return [style.paint(head, .quiet)]
            + rows.map { row in
                let text = line(
                    row.request.map { PlainText.line($0) } ?? "-", PlainText.pad(PlainText.line(row.what), room),
                    row.expected, row.actual,
                    row.isAsExpected ? "yes" : "NO")
                return style.paint(text, row.isAsExpected ? .plain : .bad)
            }
    }

    /// One sentence on what the console was asked for, and a line for each difference.
    static func journal(expected: [Post], made: [Post]) -> [String] {
        let (missing, unexpected) = Post.differences(expected: expected, made: made)
        let verdict = missing.isEmpty && unexpected.isEmpty ? "exactly those expected" : "\(expected.count) expected"
        return ["The console's journal has \(made.count) remediations, \(verdict)."]
            + missing.map { "  missing: \(PlainText.line($0.description))" }
            + unexpected.map { "  not expected: \(PlainText.line($0.description))" }
    }

    /// What the other columns and the blanks between all of them take, in characters.
    private static let otherColumns = 12 + 2 + 2 + 11 + 2 + 11 + 2 + 3

    private static func line(_ request: String, _ what: String, _ expected: String, _ end: String, _ ok: String)
        -> String
    {
        [
            PlainText.pad(request, 12), what, PlainText.pad(expected, 11), PlainText.pad(end, 11),
            ok,
        ].joined(separator: "  ")
    }
}
