import Foundation
import JSON

/// Foundation's parser, as a tree.
///
/// It also alters what it reads: it drops U+FEFF where a part of a string starts, and digits of large numbers.
/// Comparing allows for both.
enum Oracle {
    static func parse(_ bytes: [UInt8]) throws -> Tree {
        Tree(foundation: try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed]))
    }
}

/// A document's values, for comparing two parsers.
indirect enum Tree: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string([UInt8])
    case array([Tree])
    case object([String: Tree])

    /// Reads everything that is in a value. Throws `overflow` for a number that no double can hold.
    init(_ value: JSONValue) throws(JSONError) {
        switch value.kind {
        case .null: self = .null
        case .bool: self = .bool(try value.bool())
        case .number: self = .number(try value.double())
        case .string: self = .string(Tree.bytes(try value.string()))
        case .array: self = .array(try value.array { element throws(JSONError) in try Tree(element) })
        case .object:
            var members: [String: Tree] = [:]
            for (key, member) in value.members { members[Tree.withoutMarks(key)] = try Tree(member) }
            self = .object(members)
        }
    }

    init(foundation value: Any) {
        switch value {
        case let string as String: self = .string(Tree.bytes(string))
        case let array as [Any]: self = .array(array.map { Tree(foundation: $0) })
        case let object as [String: Any]:
            let members = object.map { (Tree.withoutMarks($0.key), Tree(foundation: $0.value)) }
            self = .object(Dictionary(members) { $1 })
        case let number as NSNumber:
            let isBool = String(cString: number.objCType) == "c"
            self = isBool ? .bool(number.boolValue) : .number(number.doubleValue)
        default: self = .null
        }
    }

    private static func withoutMarks(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\u{FEFF}" }))
    }

    private static func bytes(_ text: String) -> [UInt8] {
        Array(withoutMarks(text).utf8)
    }

    static func == (a: Tree, b: Tree) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b || abs(a - b) <= 1e-14 * abs(a)
        case (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }
}
