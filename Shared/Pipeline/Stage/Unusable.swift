public import Kafka
public import Model

/// Why a record cannot be used, with the place that is wrong.
public struct Unusable: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable code for the dead letter and the sender's answer.
    public let reason: Reason

    /// What is wrong and where, for a person; cut after 1000 characters, for it may quote what a sender wrote.
    public let detail: String

    private static let longestDetail = 1000

    /// A fault by its code, and in words.
    public init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        let start = detail.unicodeScalars.prefix(Self.longestDetail)
        self.detail = start.endIndex < detail.unicodeScalars.endIndex ? String(start) + "…" : detail
    }

    /// The fault of a record of which nothing can be made that Kafka takes.
    public init(_ refusal: KafkaError) {
        let isSize = [.messageTooLarge, .recordListTooLarge].contains(refusal.code)
        self.init(isSize ? .tooLarge : .refusedByKafka, "Kafka refuses what is made of it: \(refusal.message)")
    }

    /// The code and the words.
    public var description: String { "\(reason): \(detail)" }
}
