import Glibc
import JSON

/// A whole JSON text, for tests that look at contracts and at what the messages are encoded to.
indirect enum JSONTree: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONTree])
    case object([String: JSONTree])

    init(_ bytes: [UInt8]) throws {
        self = try withJSON(bytes) { (root) throws(JSONError) in JSONTree(root) }
    }

    private init(_ value: JSONValue) {
        self =
            switch value.kind {
            case .null: .null
            case .bool: .bool(value.asBool == true)
            case .number: .number(String(decoding: value.text().bytes, as: UTF8.self))
            case .string: .string(value.asString ?? "")
            case .array: .array(value.elements.map { JSONTree($0) })
            case .object:
                .object(Dictionary(value.members.map { ($0.key, JSONTree($0.value)) }, uniquingKeysWith: { $1 }))
            }
    }

    subscript(_ key: String) -> JSONTree? { members[key] }

    var members: [String: JSONTree] { if case .object(let members) = self { members } else { [:] } }
    var elements: [JSONTree] { if case .array(let elements) = self { elements } else { [] } }
    var text: String? { if case .string(let text) = self { text } else { nil } }

    /// A scalar as it would stand in a setting's value.
    var scalar: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): "\(value)"
        default: nil
        }
    }

    /// What a JSON pointer such as `/$defs/origin` leads to.
    func at(_ pointer: some StringProtocol) -> JSONTree? {
        pointer.split(separator: "/").reduce(Optional(self)) { tree, step in tree?[String(step)] }
    }
}

/// A file of the repository, found from where this file stands.
enum RepositoryFile {
    struct Unreadable: Error { let path: String }

    static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    static func bytes(_ path: String) throws -> [UInt8] {
        guard let file = fopen("\(root)/\(path)", "r") else { throw Unreadable(path: path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    static func json(_ path: String) throws -> JSONTree { try JSONTree(bytes(path)) }

    static func contract(_ name: String) throws -> JSONTree { try json("Shared/Model/Contracts/\(name)") }
}

extension JSONTree {
    /// The tree as JSON text again.
    var bytes: [UInt8] { Array(written.utf8) }

    private var written: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let digits): digits
        case .string(let text): Self.quoted(text)
        case .array(let elements): "[\(elements.map(\.written).joined(separator: ","))]"
        case .object(let members):
            "{\(members.map { "\(Self.quoted($0.key)):\($0.value.written)" }.sorted().joined(separator: ","))}"
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : "\(scalar)"
        }
        return "\"\(escaped.joined())\""
    }
}
