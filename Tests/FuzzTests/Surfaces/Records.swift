import FoundationEssentials
import JSON
import Kafka
import Model

@testable import Pipeline

/// Inputs as records of Kafka: value, key, headers (a line each), time in milliseconds.
enum Records {
    static let now = Timestamp(milliseconds: 1_795_341_600_123)

    /// A seed: a message as it is sent.
    static func seed(_ value: [UInt8], key: String? = nil, isReplay: Bool = false) -> FuzzInput {
        let mark = """

            riposte-replay-of:{"origin":{"topic":"riposte.topic","partition":3,"offset":7,\
            "timestamp":"2026-11-22T09:00:00.000Z"},"deadAt":"2026-11-22T09:30:00.000Z"}
            """
        let headers = """
            ce_specversion: 1.0
            ce_id: 0f3a5be1c2d49788
            traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
            content-type: application/json
            """
        return FuzzInput([
            value, key.map { Array($0.utf8) }, Array((headers + (isReplay ? mark : "")).utf8),
            Array("1795341600123".utf8),
        ])
    }

    /// The messages of the contracts' samples, with everything and with no more than must be.
    static func samples(_ name: String) -> [[UInt8]] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Contracts/samples")
        return ["filled", "minimal"].compactMap { kind in
            let file = folder.appendingPathComponent("\(name).\(kind).json")
            return (try? Data(contentsOf: file)).map { Array($0) }
        }
    }

    static func record(_ input: FuzzInput, topic: String = "riposte.topic", offset: Int64 = 42) -> KafkaRecord {
        let headers = (input[2] ?? []).split(separator: UInt8(ascii: "\n")).map { line in
            let name = line.prefix { $0 != UInt8(ascii: ":") }
            return KafkaHeader(
                name: String(decoding: name, as: UTF8.self), value: Array(line.dropFirst(name.count + 1)))
        }
        return KafkaRecord(
            topic: topic, partition: 3, offset: offset, timestamp: Int64(input.text(3)) ?? -1, key: input[1],
            value: input[0], headers: headers)
    }

    // MARK: - What must hold of every message

    /// Reads a record as its topic's message, and checks what can be checked of every message.
    static func read<Message: Event & Equatable>(
        _ record: KafkaRecord, as type: Message.Type
    ) throws -> Result<Message, Unusable> {
        do {
            let message = try RecordReader.read(record, as: type)
            try roundTrip(message)
            let trace = Received(event: message, record: record).trace
            try require(TraceContext(header: trace.header) == trace, "the trace \(trace.header) cannot be read again")
            return .success(message)
        } catch let fault as Unusable {
            try buried(record, fault)
            return .failure(fault)
        }
    }

    /// What is written again and read again is the same, and so is its id.
    @discardableResult
    static func roundTrip<Message: Event & Equatable>(_ message: Message) throws -> Message {
        let bytes = message.json()
        let again: Message
        do {
            again = try Message(json: bytes)
        } catch {
            throw Violation("\(Message.self) cannot be read again: \(error)")
        }
        try require(again == message, "\(Message.self) is read again as \(again) and not \(message)")
        try require(again.json() == bytes, "\(Message.self) is written in two ways")
        try require(again.eventID == message.eventID, "\(Message.self) has two ids")
        let headers = CloudEvent(again, source: "/riposte/fuzz").headers
        try require(headers.allSatisfy { !$0.value.isEmpty || $0.name == "ce_id" }, "a header is empty")
        return again
    }

    /// A record that is refused has a reason and a place, and its dead letter has every byte of it.
    static func buried(_ record: KafkaRecord, _ fault: Unusable) throws {
        let known: Set<Reason> = [
            .notJSON, .wrongSchema, .unknownVersion, .tooLarge, .empty, .noActions, .signatureMissing,
            .signatureInvalid, .keyUnknown,
        ]
        try require(known.contains(fault.reason), "refused for '\(fault.reason)'")
        try require(!fault.detail.isEmpty, "refused without words")
        let letter = try roundTrip(DeadLetter(keeping: record, because: fault, service: "fuzz"))
        let bytes: (String?) -> [UInt8]? = { $0.flatMap { Data(base64Encoded: $0) }.map { Array($0) } }
        try require(bytes(letter.value) == record.value, "the dead letter has another value")
        try require(bytes(letter.key) == record.key, "the dead letter has another key")
        let headers = letter.headers.map { KafkaHeader(name: $0.name, value: bytes($0.value) ?? []) }
        try require(headers == record.headers, "the dead letter has other headers")
        try require(letter.origin == record.origin, "the dead letter is from elsewhere")
    }
}

extension Result where Success: Event & Equatable, Failure == Unusable {
    /// Uses the message if there is one.
    func used(_ use: (Success) throws -> Void) throws -> Verdict {
        switch self {
        case .failure(let fault): return .refused(fault.description)
        case .success(let message):
            try use(message)
            return .understood
        }
    }
}
