/// The table that a play ends with.
enum Summary {
    /// The lines of the table; the last column says whether a row is as it should be.
    static func table(_ rows: [Scoreboard.Row], _ style: Style) -> [String] {
        let head = line("request", "what", "expected", "end", "ok")
        return [style.paint(head, .quiet)]
            + rows.map { row in
                let text = line(
                    row.request.map { PlainText.line($0) } ?? "-", PlainText.line(row.what), row.expected, row.actual,
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

    private static func line(_ request: String, _ what: String, _ expected: String, _ end: String, _ ok: String)
        -> String
    {
        [
            PlainText.pad(request, 12), PlainText.pad(what, 53), PlainText.pad(expected, 11), PlainText.pad(end, 11),
            ok,
        ].joined(separator: "  ")
    }
}
