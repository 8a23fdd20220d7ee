internal import JSON
internal import Runtime

/// Prints what happens, one line an event: a time, a word for what it is, and what it is about.
struct LinePrinter: Sendable {
    /// What the times are.
    enum Times: Sendable {
        /// The time of day, in UTC as everywhere else.
        case ofDay
        /// Seconds since then.
        case since(Timestamp)
    }

    let output: TextOutput
    let style: Style
    let times: Times

    /// Whether lines are cut to what the terminal holds. Where there is none nothing is left out.
    var fitsTerminal = false

    /// Prints one line.
    func print(_ line: StoryLine) { output.line(text(of: line)) }

    /// Prints lines, in order.
    func print(_ lines: [StoryLine]) {
        for line in lines { print(line) }
    }

    /// The line as it is printed, with nothing in it that a terminal would obey.
    func text(of line: StoryLine) -> String {
        let time = self.time(line.at)
        // A longer word than most moves the rest of its line.
        let label = PlainText.pad(line.label, max(Self.labelWidth, line.label.count))
        let clean = PlainText.line(line.text)
        let width = fitsTerminal ? output.width : nil
        let text = width.map { PlainText.fit(clean, $0 - time.count - label.count - 4) } ?? clean
        let body = line.tone == .quiet ? style.paint(text, .quiet) : text
        return "\(style.paint(time, .quiet))  \(style.paint(label, line.tone))  \(body)"
    }

    private static let labelWidth = 9

    private func time(_ at: Timestamp) -> String {
        switch times {
        case .ofDay: String(at.rfc3339.dropFirst(11).prefix(8)) + "Z"
        case .since(let start):
            Self.seconds(max(0, at.milliseconds - start.milliseconds))
        }
    }

    /// Tenths of a second are enough to see what takes its time: `  3.1s`.
    static func seconds(_ milliseconds: Int64) -> String {
        let tenths = (milliseconds + 50) / 100
        let text = "\(tenths / 10).\(tenths % 10)s"
        return String(repeating: " ", count: max(0, 6 - text.count)) + text
    }
}
