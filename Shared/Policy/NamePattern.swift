/// A pattern for names as policies have them: `*` stands for any run of characters, `?` for one, and upper and lower case
/// are the same.
public struct NamePattern: Sendable, Hashable, CustomStringConvertible {
    /// The pattern as it was written.
    public let text: String
    private let folded: [Character]

    /// A pattern; any text is one.
    public init(_ text: String) {
        self.text = text
        folded = Array(text.lowercased())
    }

    /// The pattern as it was written.
    public var description: String { text }

    /// Whether a name fits.
    ///
    /// It takes no longer than the product of both lengths: a pattern of many stars is no trap.
    public func fits(_ name: String) -> Bool {
        let name = Array(name.lowercased())
        var (p, n) = (0, 0)
        var lastStar: (pattern: Int, name: Int)?
        while n < name.count {
            if p < folded.count, folded[p] == "*" {
                lastStar = (p, n)
                p += 1
            } else if p < folded.count, folded[p] == "?" || folded[p] == name[n] {
                p += 1
                n += 1
            } else if let star = lastStar {
                p = star.pattern + 1
                n = star.name + 1
                lastStar = (star.pattern, n)
            } else {
                return false
            }
        }
        return folded[p...].allSatisfy { $0 == "*" }
    }
}
