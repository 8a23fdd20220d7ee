/// A text that must not be seen: whatever prints, logs or reflects it shows `(secret)`.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Hides `text`.
    public init(_ text: String) { self.text = text }

    /// The text itself, for the one place that sends it.
    public func reveal() -> String { text }

    /// `(secret)`.
    public var description: String { "(secret)" }
    /// `(secret)`.
    public var debugDescription: String { "(secret)" }
    /// Without children.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
