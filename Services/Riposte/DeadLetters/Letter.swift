internal import FoundationEssentials
internal import JSON
internal import Kafka
internal import Model
internal import Pipeline

/// Where a record stands or stood, as people write it: `riposte.detections/3/42`.
struct LetterPlace: Hashable, Comparable, Sendable, CustomStringConvertible {
    let topic: String
    let partition: Int
    let offset: Int64

    init(_ origin: Origin) { (topic, partition, offset) = (origin.topic, origin.partition, origin.offset) }

    /// Reads what a person wrote; nil if it is no place.
    ///
    /// - Parameter prefix: What the name of every topic begins with, and may be left out.
    init?(_ text: String, prefix: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let partition = Int32(parts[1]), partition >= 0,
            let offset = Int64(parts[2]), offset >= 0
        else { return nil }
        topic = Self.fullName(String(parts[0]), prefix: prefix)
        self.partition = Int(partition)
        self.offset = offset
    }

    /// A topic's name with the prefix, whether or not it was written.
    static func fullName(_ name: String, prefix: String) -> String {
        Topics.all.contains { $0.name == name } ? prefix + name : name
    }

    var description: String { "\(topic)/\(partition)/\(offset)" }

    /// In the order in which records are sent again: that in which they stood.
    static func < (left: LetterPlace, right: LetterPlace) -> Bool {
        (left.topic, left.partition, left.offset) < (right.topic, right.partition, right.offset)
    }
}

/// A dead letter as it was read.
struct Letter: Sendable {
    /// What it says; without the value of the record unless that was asked for.
    let event: DeadLetter
    /// The letter's own JSON, with fields that this release does not know; nil unless it was asked for.
    let text: JSONText?
    /// Where the letter itself stands.
    let position: RecordPosition
    /// The digest of the record's value; nil if it had none or the letter does not have it.
    let valueDigest: Digest?

    init?(_ received: Received<DeadLetter>, whole: Bool) {
        var event = received.event
        let value = event.value.map { Letter.bytes($0) }
        // A letter that we did not write: it says of no record what it was.
        if case .some(.none) = value { return nil }
        valueDigest = value?.map { Digest.sha256($0) }
        if !whole { event.value = nil }
        self.event = event
        position = received.record.position
        text = whole ? received.record.value.flatMap { Letter.json($0) } : nil
    }

    /// Where the record stands or stood that could not be used.
    var place: LetterPlace { LetterPlace(event.origin) }

    /// The bytes of a key, value or header.
    static func bytes(_ base64: String) -> [UInt8]? { Data(base64Encoded: base64).map { Array($0) } }

    private static func json(_ bytes: [UInt8]) -> JSONText? {
        do throws(JSONError) { return try JSONText(bytes).compact() } catch { return nil }
    }
}
