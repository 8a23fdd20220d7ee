import JSON

extension Document {
    /// Reads a JSON text strictly.
    init(json bytes: [UInt8]) throws(JSONError) {
        self = try withJSON(bytes) { value throws(JSONError) in try Document(value) }
    }

    private init(_ value: JSONValue) throws(JSONError) {
        switch value.kind {
        case .null: self = .null
        case .bool: self = .bool(try value.bool())
        case .string: self = .string(try value.string())
        case .number:
            if let integer = value.asInt64 { self = .integer(integer) } else { self = .number(try value.double()) }
        case .array: self = .array(try value.array { item throws(JSONError) in try Document(item) })
        case .object:
            var members: [Member] = []
            for member in value.members { members.append(Member(key: member.key, value: try Document(member.value))) }
            self = .object(members)
        }
    }

    /// The JSON text.
    var json: [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        write(to: &writer)
        return writer.finish()
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.value(value)
        case .integer(let value): writer.value(value)
        case .number(let value): writer.value(value)
        case .string(let value): writer.value(value)
        case .array(let items):
            writer.array { (writer: inout JSONWriter) in for item in items { item.write(to: &writer) } }
        case .object(let members):
            writer.object { (writer: inout JSONWriter) in
                for member in members {
                    writer.key(member.key)
                    member.value.write(to: &writer)
                }
            }
        }
    }
}
