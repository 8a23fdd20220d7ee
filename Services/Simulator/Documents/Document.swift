/// A JSON value as the simulator holds it. Members keep their order, so that an answer reads as it was composed.
///
/// Requests are turned into one as they arrive and answers are composed as one, so that a fault can still change an
/// answer (leave out rows, null the data) before it becomes bytes.
enum Document: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([Document])
    case object([Member])

    struct Member: Sendable, Hashable {
        var key: String
        var value: Document
    }

    /// The member of that name; `nil` if this is no object or has no such member. Null is returned as `.null`.
    subscript(key: String) -> Document? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.key == key }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            let position = members.firstIndex { $0.key == key }
            switch (position, newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): members.remove(at: position)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
            self = .object(members)
        }
    }

    var isNull: Bool { self == .null }

    var text: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value.rounded())
        default: nil
        }
    }

    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The items of an array; `nil` for anything else.
    var items: [Document]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    /// The members of an object; `nil` for anything else.
    var members: [Member]? {
        guard case .object(let value) = self else { return nil }
        return value
    }

    /// The value as the platform prints every simple value: a string (`true`, `1606…`), null for null.
    var printed: String? {
        switch self {
        case .string(let value): value
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .null, .array, .object: nil
        }
    }
}

extension Document {
    static func string(_ value: String?) -> Document {
        value.map { Document.string($0) } ?? .null
    }

    static func integer(_ value: Int64?) -> Document {
        value.map { Document.integer($0) } ?? .null
    }

    static func integer(_ value: Int) -> Document {
        .integer(Int64(value))
    }

    static func strings(_ values: [String]) -> Document {
        .array(values.map { .string($0) })
    }
}
