internal import FoundationEssentials
internal import JSON
public import Kafka
internal import Model
public import Runtime

/// Keeps records that cannot be used: whole, with where they stood and why, so that nothing is lost and the service
/// goes on.
public struct DeadLetterOffice: Sendable {
    private let publisher: EventPublisher
    private let service: String
    private let logger: Logger
    private let count: Counter

    public init(publisher: EventPublisher, service: String, logger: Logger, metrics: Metrics) {
        self.publisher = publisher
        self.service = service
        self.logger = logger
        count = metrics.counter("dead_letters_total", help: "Records that could not be used.")
    }

    /// Publishes a dead letter and returns when Kafka has it.
    ///
    /// In base64 a record can be larger than the topic allows; then its value is left where it stood, for the service
    /// must go on.
    public func bury(_ record: KafkaRecord, because fault: Unusable) async throws(KafkaError) {
        var letter = DeadLetter()
        letter.origin = record.origin
        letter.service = service
        letter.reason = fault.reason
        letter.detail = fault.detail
        letter.deadAt = .now()
        letter.key = record.key.map { Data($0).base64EncodedString() }
        letter.value = record.value.map { Data($0).base64EncodedString() }
        letter.headers = record.headers.map {
            DeadLetterHeader(name: $0.name, value: Data($0.value).base64EncodedString())
        }
        let origin = "\(record.topic)/\(record.partition)/\(record.offset)"
        do throws(KafkaError) {
            try await publisher.publish(letter, key: origin, to: Topics.deadLetters)
        } catch {
            guard error.code == .messageTooLarge else { throw error }
            letter.detail += " (its value of \(record.value?.count ?? 0) bytes is too large to be kept here)"
            letter.value = nil
            try await publisher.publish(letter, key: origin, to: Topics.deadLetters)
        }
        count.add()
        logger.warning(
            "record sent to the dead letters",
            ["origin": .string(origin), .reason: .string(fault.reason.rawValue), .error: .string(fault.detail)])
    }
}
