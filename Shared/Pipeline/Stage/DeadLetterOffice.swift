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
    private let counts: MetricFamily<Counter>

    /// The dead letters of a service; `publisher` sends them.
    public init(publisher: EventPublisher, service: String, logger: Logger, metrics: Metrics) {
        self.publisher = publisher
        self.service = service
        self.logger = logger
        counts = metrics.counters(
            "dead_letters_total", help: "Records that could not be used, by the code that says why.",
            labels: ["reason"])
        counts.prepare(Self.reasons.map(\.rawValue))
    }

    /// What a record is mostly there for.
    private static let reasons: [Reason] = [
        .notJSON, .wrongSchema, .unknownVersion, .tooLarge, .refusedByKafka, .empty, .idReused, .replayed,
        .unknownRequest, .alreadyEnded, .alreadyOpen, .notParked, .wrongDigest, .tooLate, .signatureMissing,
        .signatureInvalid, .keyUnknown, .requesterNotAllowed,
    ]

    /// Publishes a dead letter and returns when Kafka has it. Burying the same record again makes the same event id.
    ///
    /// A record whose dead letter would be larger than Kafka takes is kept without its value (`valueBytes` says how large
    /// that is), without a long key and without the headers that are too much: one that nobody can use must not stop all
    /// behind it.
    ///
    /// - Throws: What Kafka refuses for good. While Kafka is away it waits.
    public func bury(_ record: KafkaRecord, because fault: Unusable) async throws(KafkaError) {
        let origin = "\(record.topic)/\(record.partition)/\(record.offset)"
        do throws(KafkaError) {
            try await publisher.publish(letter(record, fault), key: origin, to: Topics.deadLetters)
        } catch  where error.outlook == .never {
            try await publisher.publish(cut(letter(record, fault), record), key: origin, to: Topics.deadLetters)
        }
        counts.with(fault.reason.rawValue).add()
        logger.warning(
            "record sent to the dead letters",
            ["origin": .string(origin), .reason: .string(fault.reason.rawValue), .error: .string(fault.detail)])
    }

    /// Publishes a dead letter as soon as Kafka takes it, and says whether the record is done with: false if it was
    /// cancelled before, or this process can write nothing any more. Then it must come again.
    ///
    /// Where Kafka refuses even the cut letter, the log is all that tells of the record.
    public func keep(_ record: KafkaRecord, because fault: Unusable) async -> Bool {
        let written = await Written.persistently(
            failed: { error, failures in
                guard failures.nonzeroBitCount == 1 else { return }
                report("dead letter will be tried again", record, error)
            }, { try await bury(record, because: fault) })
        switch written {
        case .done: return true
        case .refused(let error):
            report("dead letter is refused by Kafka, and the record given up", record, error)
            return true
        case .ended: return false
        }
    }

    /// Publishes a dead letter in the background, for a reader that must not wait. A failure is logged.
    public func buryLater(_ record: KafkaRecord, because fault: Unusable) {
        Task {
            do {
                try await bury(record, because: fault)
            } catch {
                report("dead letter cannot be published", record, error)
            }
        }
    }

    private func report(_ message: StaticString, _ record: KafkaRecord, _ error: any Error) {
        logger.error(
            message,
            [
                .kafkaTopic: .string(record.topic), .kafkaPartition: .int(record.partition),
                .kafkaOffset: .int(record.offset), .error: .string("\(error)"),
            ])
    }

    private func letter(_ record: KafkaRecord, _ fault: Unusable) -> DeadLetter {
        DeadLetter(keeping: record, because: fault, service: service)
    }

    private func cut(_ letter: DeadLetter, _ record: KafkaRecord) -> DeadLetter {
        var letter = letter
        letter.value = nil
        letter.valueBytes = record.value?.count
        letter.isCut = true
        if let key = record.key, key.count > Self.mostOfKey { letter.key = nil }
        var room = Self.mostOfHeaders
        letter.headers = letter.headers.filter { header in
            // Each with what its JSON takes besides.
            room -= header.name.utf8.count + header.value.utf8.count + 32
            return room >= 0
        }
        letter.detail += " (too large to be kept here whole)"
        return letter
    }

    /// How much of a record that is too large is kept, in bytes.
    private static let mostOfKey = 4096
    private static let mostOfHeaders = 65_536
}

extension DeadLetter {
    /// A record with every byte of it, and why a service could not use it.
    init(keeping record: KafkaRecord, because fault: Unusable, service: String) {
        self.init()
        origin = record.origin
        let source = record.source
        replayOf = source.replayOffset == nil ? nil : source
        self.service = service
        reason = fault.reason
        detail = fault.detail
        deadAt = .now()
        key = record.key.map(Self.base64)
        value = record.value.map(Self.base64)
        headers = record.headers.map { DeadLetterHeader(name: $0.name, value: Self.base64($0.value)) }
    }

    private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
