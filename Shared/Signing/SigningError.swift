/// Why a key cannot be used, in plain words that show nothing of a secret.
public struct SigningError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, and with which file.
    public let description: String

    /// An error.
    public init(_ description: String) { self.description = description }
}
