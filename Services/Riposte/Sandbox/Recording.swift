internal import FoundationEssentials
internal import JSON
internal import Kafka
internal import Model
internal import Pipeline

/// Keeps what every topic carried, one file a topic, one line a record.
enum Recording {
    /// One record as a line of JSON: key, headers, value, and where it stood.
    ///
    /// A value that is no JSON is kept as text; a tombstone is null.
    static func line(_ record: KafkaRecord) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("key")
            if let key = record.key { writer.value(text(key)) } else { writer.null() }
            writer.key("headers")
            writer.object { writer in
                // Names may repeat on the wire; an object has each once, with its last value.
                let values = Dictionary(record.headers.map { ($0.name, $0.value) }) { $1 }
                for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                    writer.key(name)
                    writer.value(text(value))
                }
            }
            writer.key("value")
            write(record.value, &writer)
            writer.field("partition", Int64(record.partition))
            writer.field("offset", record.offset)
            writer.field("timestamp", record.timestamp)
        }
        return writer.finish()
    }

    private static func write(_ value: [UInt8]?, _ writer: inout JSONWriter) {
        guard let value else { return writer.null() }
        if let json = try? JSONText(value) { writer.raw(json.compact()) } else { writer.value(text(value)) }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Reads every topic of the catalogue to its end, and writes its file, also if there was nothing.
    static func write(_ connection: KafkaConnection, to directory: String) async throws {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw SandboxError("\(directory) cannot be made")
        }
        for topic in Topics.all {
            let file = "\(directory)/\(topic.name).ndjson"
            let lines = try await lines(of: connection.settings.prefix + topic.name, connection)
            guard FileManager.default.createFile(atPath: file, contents: Data(lines)) else {
                throw SandboxError("\(file) cannot be written")
            }
        }
    }

    private static func lines(of topic: String, _ connection: KafkaConnection) async throws -> [UInt8] {
        let lines = Lines()
        try await KafkaReader.read(connection.settings.kafka, group: "riposte.cli.follower", topic: topic) { records in
            await lines.add(records)
        }
        return await lines.bytes
    }

    private actor Lines {
        private(set) var bytes: [UInt8] = []

        func add(_ records: [KafkaRecord]) {
            for record in records { bytes += Recording.line(record) + [UInt8(ascii: "\n")] }
        }
    }
}
