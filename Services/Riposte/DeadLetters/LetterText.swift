internal import JSON
internal import Kafka
internal import Model

/// Dead letters as people read them, with nothing in them that a terminal would obey. Pure.
enum LetterText {
    /// How much of a letter's detail a line has.
    private static let firstWords = 100

    /// One line a letter: origin, service, reason, time, and the first words of what is wrong.
    static func lines(_ letters: [DeadLetter]) -> [String] {
        let rows = letters.map { letter in
            let copy = letter.replayOf.map { "replay of \($0.partition)/\($0.offset): " } ?? ""
            return [
                LetterPlace(letter.origin).description, letter.service, letter.reason.rawValue, letter.deadAt.rfc3339,
                PlainText.fit(copy + letter.detail, firstWords),
            ].map(PlainText.line)
        }
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { PlainText.pad($0, $1) + "  " }.joined() + row[4]
        }
    }

    /// Everything that a letter says, line by line.
    static func whole(_ letter: DeadLetter) -> [String] {
        var lines = [field("origin", "\(LetterPlace(letter.origin))  sent \(letter.origin.timestamp.rfc3339)")]
        if let first = letter.replayOf {
            lines.append(field("replay of", "\(LetterPlace(first))  sent \(first.timestamp.rfc3339)"))
        }
        lines += [
            field("service", letter.service), field("reason", letter.reason.rawValue),
            field("detail", letter.detail), field("given up", letter.deadAt.rfc3339),
            field("key", letter.key.map { text($0).joined(separator: " ") } ?? missing("none", letter)),
        ]
        lines += letter.headers.map { field("header", "\($0.name): \(text($0.value).joined(separator: " "))") }
        return lines + value(of: letter)
    }

    private static func value(of letter: DeadLetter) -> [String] {
        guard let value = letter.value else {
            let bytes = letter.valueBytes.map {
                "\($0) bytes, too large to be kept here: its origin has it for a while"
            }
            return [field("value", bytes ?? missing("none, a tombstone", letter))]
        }
        let size = Letter.bytes(value)?.count ?? 0
        return [field("value", "\(size) bytes"), ""] + text(value)
    }

    private static func missing(_ words: String, _ letter: DeadLetter) -> String {
        letter.isCut == true ? "none, or too large to be kept here" : words
    }

    private static func field(_ name: String, _ value: String) -> String {
        "\(PlainText.pad(name, 9))  \(PlainText.line(value))"
    }

    /// Bytes as text where they are text, and else as they are in the letter.
    private static func text(_ base64: String) -> [String] {
        guard let bytes = Letter.bytes(base64), let text = String(validating: bytes, as: UTF8.self) else {
            return ["base64: \(PlainText.line(base64))"]
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { PlainText.line(String($0)) }
    }
}
