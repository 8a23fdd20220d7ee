internal import Runtime

/// How a line feels, which a terminal shows as a colour.
enum Tone: Sendable, Equatable {
    case plain, good, bad, waiting, quiet

    /// The parameter of the terminal's colour sequence (ECMA-48); nil for the terminal's own colour.
    var code: String? {
        switch self {
        case .plain: nil
        case .good: "32"
        case .bad: "31"
        case .waiting: "33"
        case .quiet: "2"
        }
    }
}

/// Whether there are colours.
struct Style: Sendable, Equatable {
    let isColoured: Bool

    /// Colours on a terminal, unless `NO_COLOR` is set to anything (no-color.org) or the terminal is a dumb one.
    init(_ output: TextOutput, environment: [String: String]) {
        isColoured =
            output.isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    init(isColoured: Bool) { self.isColoured = isColoured }

    /// The text in a tone's colour.
    func paint(_ text: String, _ tone: Tone) -> String {
        guard isColoured, let code = tone.code else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
