internal import JSON
public import Kafka
public import Model

/// Makes events of records, or says exactly why that is not possible.
public enum RecordReader {
    /// The largest message that a service reads, in bytes.
    public static let largestMessage = JSONLimits.event.maxBytes

    /// Reads a record's value as a topic's message.
    ///
    /// - Throws: ``Unusable`` with the code and the place, for the dead letters.
    public static func read<Message: Event>(_ record: KafkaRecord, as type: Message.Type) throws(Unusable) -> Message {
        _ = try record.replayMark()
        guard let value = record.value else { throw Unusable(.empty, "the record has no value") }
        guard value.count <= largestMessage else {
            throw Unusable(.tooLarge, "\(value.count) bytes; a message may have \(largestMessage)")
        }
        do throws(JSONError) {
            let message = try Message(json: value)
            try check(version: message.schemaVersion)
            return message
        } catch {
            throw explain(error, value)
        }
    }

    /// A version that we do not know explains any other fault, so it is looked for first.
    private static func explain(_ error: JSONError, _ value: [UInt8]) -> Unusable {
        do throws(JSONError) {
            let version = try withJSON(value, limits: .event) { (root) throws(JSONError) in
                root["schemaVersion"].map { $0.asInt64 ?? -1 }
            }
            if let version, version != Int64(supportedSchemaVersion) {
                return Unusable(.unknownVersion, "schemaVersion is not \(supportedSchemaVersion)")
            }
            return Unusable(.wrongSchema, "\(error)")
        } catch {
            return Unusable(.notJSON, "\(error)")
        }
    }

    private static func check(version: Int?) throws(JSONError) {
        guard let version, version != supportedSchemaVersion else { return }
        throw JSONError(code: .invalid, offset: 0, path: "$.schemaVersion", note: "\(version) is not known")
    }
}
