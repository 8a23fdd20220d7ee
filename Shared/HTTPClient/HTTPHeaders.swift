/// The header fields of an answer in their order; names are compared without regard to case.
public struct HTTPHeaders: Sendable, Hashable {
    /// One line of the header.
    public struct Field: Sendable, Hashable {
        /// As the server wrote it.
        public let name: String
        /// Without the white space around it; where the line was folded, in one line.
        public let value: String

        /// One line of the header, name and value as given.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Every field as received, repeated ones included. Bytes that are not UTF-8 are replaced by U+FFFD.
    public private(set) var fields: [Field] = []

    /// Fields in this order.
    public init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields.map { Field(name: $0.name, value: $0.value) }
    }

    /// The value of the first field of that name.
    public func first(_ name: String) -> String? {
        fields.first { Self.equal($0.name, name) }?.value
    }

    /// The values of all fields of that name, such as every `Set-Cookie`.
    public func all(_ name: String) -> [String] {
        fields.filter { Self.equal($0.name, name) }.map(\.value)
    }

    /// The value of the first field of that name.
    public subscript(name: String) -> String? { first(name) }

    mutating func append(name: String, value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Adds the continuation of a folded line to the last field.
    mutating func extendLast(_ more: String) {
        guard let last = fields.popLast() else { return }
        append(name: last.name, value: last.value + " " + more)
    }

    /// Compares two names as ASCII without regard to case.
    static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
