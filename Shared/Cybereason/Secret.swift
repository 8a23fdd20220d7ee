/// A text that must not appear in logs, errors or crash output: printing, interpolating, dumping or reflecting it gives
/// a placeholder.
public struct Secret: Sendable, Equatable {
    private let value: String

    /// Wraps a text.
    public init(_ value: String) {
        self.value = value
    }

    /// Whether the text is empty, which a configuration may want to refuse.
    public var isEmpty: Bool { value.isEmpty }

    /// The text itself, for the one place that sends it.
    func reveal() -> String { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always the same placeholder.
    public var description: String { "<secret>" }
    /// Always the same placeholder.
    public var debugDescription: String { "<secret>" }
    /// No children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
