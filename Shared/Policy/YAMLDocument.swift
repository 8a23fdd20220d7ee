/// What a YAML text may cost.
public struct YAMLLimits: Sendable {
    /// The text's length.
    public var maxBytes = 1024 * 1024
    /// Sequences and mappings inside each other.
    public var maxDepth = 16
    /// Scalars, sequences and mappings together.
    public var maxNodes = 50_000

    /// 1 MiB, 16 levels, 50,000 nodes.
    public init() {}
}

/// Something in a YAML text that is not accepted.
public struct YAMLProblem: Error, Sendable, Hashable {
    /// The line, from 1.
    public let line: Int
    /// The key where it stands, for example `rules[2].when`; empty at the top.
    public let path: String
    /// What is wrong, or what is allowed.
    public let message: String
}

/// A YAML text as a tree: one document, without what a configuration is better off without.
///
/// Anchors, aliases, tags, repeated keys and keys that are no plain text are refused: they hide what a policy says from
/// whoever reviews it.
public struct YAMLDocument: Sendable {
    /// The tree; nil if the text is no YAML, exceeds a limit, or is empty.
    public let root: YAMLNode?
    /// Everything that was refused. A tree beside it is only good for finding more.
    public let problems: [YAMLProblem]

    /// Parses a text.
    public init(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) {
        guard bytes.count <= limits.maxBytes else {
            root = nil
            problems = [YAMLProblem(line: 1, path: "", message: "larger than \(limits.maxBytes) bytes")]
            return
        }
        var composer = YAMLComposer(bytes, limits)
        root = composer.compose()
        problems = composer.problems
    }
}
