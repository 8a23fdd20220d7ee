/// A path with places in braces, as `Router` describes it.
struct RoutePattern: Sendable {
    private enum Part: Sendable {
        case word(String)
        case name(String)
        case rest(String)

        /// Words before names before rests.
        var rank: Int {
            switch self {
            case .word: 0
            case .name: 1
            case .rest: 2
            }
        }
    }

    let text: String
    private let parts: [Part]

    /// Patterns stand in the program; a malformed one is a mistake of its author.
    init(_ text: String) {
        precondition(text.hasPrefix("/"), "a route begins with a slash: \(text)")
        self.text = text
        parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return .word(String(segment)) }
            let name = segment.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .name(String(name))
        }
        let hasEarlyRest = parts.dropLast().contains { $0.rank == 2 }
        precondition(!hasEarlyRest, "only the last part of a route catches the rest: \(text)")
    }

    /// What the names catch in a path as it was sent; nil if it does not fit.
    func match(_ rawPath: String) -> [String: String]? {
        let segments = rawPath.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var caught: [String: String] = [:]
        for (index, part) in parts.enumerated() {
            guard index < segments.count else { return nil }
            if case .rest(let name) = part {
                guard let rest = RequestTarget.decoded(segments[index...].joined(separator: "/")) else { return nil }
                caught[name] = rest
                return caught
            }
            guard let segment = RequestTarget.decoded(segments[index]) else { return nil }
            switch part {
            case .word(let word):
                guard segment == word else { return nil }
            case .name(let name), .rest(let name):
                guard !segment.isEmpty else { return nil }
                caught[name] = segment
            }
        }
        return segments.count == parts.count ? caught : nil
    }

    func isMoreSpecific(than other: RoutePattern) -> Bool {
        parts.lazy.map(\.rank).lexicographicallyPrecedes(other.parts.lazy.map(\.rank))
    }
}
