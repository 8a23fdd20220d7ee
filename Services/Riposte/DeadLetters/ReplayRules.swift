internal import JSON
internal import Kafka
internal import Model
internal import Pipeline

/// Why a record is not replayed.
struct NotReplayed: Error, Sendable, Equatable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// What may be replayed, and what it becomes. Pure.
enum ReplayRules {
    /// The topics whose readers know a replay for what it is.
    ///
    /// Not the ledger: what counts there is the order. Not the results, reputations and control: the newest record of a key
    /// is the truth there, and a replay would be the newest.
    private static let replayable = [
        Topics.detections.description, Topics.enrichedDetections.description, Topics.requests.description,
        Topics.decisions.description,
    ]

    /// The topic of a record if it may be replayed there.
    static func topic(of letter: Letter, prefix: String) throws(NotReplayed) -> TopicPlan {
        let name = letter.event.origin.topic
        if let plan = replayable.first(where: { prefix + $0.name == name }) { return plan }
        guard Topics.all.contains(where: { prefix + $0.name == name }) else {
            throw NotReplayed("\(name) is no topic of this deployment (prefix '\(prefix)')")
        }
        let hint = name == prefix + Topics.control.description.name ? ": use riposte halt or resume" : ""
        throw NotReplayed("nothing is replayed to \(name), where the order of records decides\(hint)")
    }

    /// The record as it stood, from its topic if that still has it.
    ///
    /// A letter says of itself what it is about, so it is compared with what its topic has: otherwise whoever may write
    /// letters could have others write requests for him.
    ///
    /// - Parameter trusting: Whether to believe a letter whose record its topic has no longer.
    static func record(
        of letter: Letter, in originals: OriginalRecords, trusting: Bool
    ) throws(NotReplayed) -> KafkaRecord? {
        let origin = letter.event.origin
        if let record = originals.records[origin.offset] {
            guard isSame(record, letter) else {
                throw NotReplayed("its topic has another record there than the letter says")
            }
            return record
        }
        guard origin.offset < originals.end else {
            throw NotReplayed("its topic has been made anew: nothing has stood there yet")
        }
        guard letter.event.isCut != true else {
            throw NotReplayed("it is too large for a letter, and its topic does not keep it any more")
        }
        guard trusting else {
            throw NotReplayed(
                "its topic does not keep it any more, so the letter cannot be compared: --unverified replays it all the same"
            )
        }
        return nil
    }

    /// Whether a record is what a letter says it is, as far as the letter has it.
    private static func isSame(_ record: KafkaRecord, _ letter: Letter) -> Bool {
        let event = letter.event
        guard event.origin.timestamp == record.origin.timestamp else { return false }
        let isWhole = event.isCut != true
        if let bytes = event.valueBytes {
            guard record.value?.count == bytes else { return false }
        } else if letter.valueDigest != record.value.map({ Digest.sha256($0) }) {
            return false
        }
        if isWhole || event.key != nil {
            guard event.key.flatMap({ Letter.bytes($0) }) == record.key else { return false }
        }
        return !isWhole || headers(event) == record.headers
    }

    /// The headers that a letter has.
    static func headers(_ letter: DeadLetter) -> [KafkaHeader] {
        letter.headers.map { KafkaHeader(name: $0.name, value: Letter.bytes($0.value) ?? []) }
    }

    /// Where only the newest record of a key counts, a replay must not put an old one over a newer.
    static func checkIsNewest(_ record: KafkaRecord, in originals: OriginalRecords) throws(NotReplayed) {
        guard let key = record.key, let newest = originals.newest[key], newest.offset > record.offset else { return }
        let first = { (record: KafkaRecord) in LetterPlace(record.source) }
        guard first(newest) != first(record) else { return }
        throw NotReplayed("a newer record of its key stands at offset \(newest.offset), and counts")
    }

    /// The copy: the same key, value and headers, in the same partition, with the mark of the first.
    static func copy(of record: KafkaRecord, deadAt: Timestamp) -> OutgoingRecord {
        var first: ReplayMark?
        // A mark that cannot be believed is replaced by one that can.
        do throws(Unusable) { first = try record.replayMark() } catch {}
        let mark = first ?? ReplayMark(of: record.origin, deadAt: deadAt)
        let headers = record.headers.filter { $0.name != ReplayMark.headerName }
        return OutgoingRecord(
            topic: record.topic, partition: record.partition, key: record.key, value: record.value,
            headers: headers + [KafkaHeader(name: ReplayMark.headerName, value: mark.json())])
    }

    /// What a person should know who replays a record, if there is anything.
    static func warning(_ letter: Letter, _ plan: TopicPlan, value: [UInt8]?) -> String? {
        guard plan == Topics.requests.description, ![.tooLarge, .refusedByKafka].contains(letter.event.reason) else {
            return nil
        }
        guard let value, isObject(value) else { return nil }
        return "its sender was told that it is refused (\(letter.event.reason)), which stays so: send a new request"
    }

    private static func isObject(_ bytes: [UInt8]) -> Bool {
        do throws(JSONError) {
            return try withJSON(bytes, limits: .platform) { (root) throws(JSONError) in root.kind == .object }
        } catch {
            return false
        }
    }
}
