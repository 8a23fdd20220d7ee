public import Model

/// Why a record cannot be used, with the place that is wrong.
public struct Unusable: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable code for the dead letter and the sender's answer.
    public let reason: Reason

    /// What is wrong and where, for a person.
    public let detail: String

    /// A fault by its code, and in words.
    public init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    /// The code and the words.
    public var description: String { "\(reason): \(detail)" }
}
