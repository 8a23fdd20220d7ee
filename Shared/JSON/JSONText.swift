/// A JSON value kept as its bytes: what a sender wrote, checked but not understood.
///
/// Its containers are nested at most ``maxDepth`` deep, so that an event that carries one stays readable.
public struct JSONText: Sendable, Hashable, CustomStringConvertible {
    /// The value as UTF-8, white space inside it included.
    public let bytes: [UInt8]

    /// How deep the containers of a kept value may be nested: half of what an event may.
    public static let maxDepth = 32

    /// Keeps bytes after checking that they are one JSON value.
    ///
    /// - Throws: what is wrong with them.
    public init(_ bytes: [UInt8], limits: JSONLimits = .event) throws(JSONError) {
        var limits = limits
        limits.maxDepth = min(limits.maxDepth, JSONText.maxDepth)
        self = try withJSON(bytes, limits: limits) { $0.text() }
    }

    /// Keeps what a record writes.
    public init(_ record: some JSONRecord) {
        bytes = record.json()
    }

    /// Keeps what `body` writes, which must be exactly one value.
    public init(writing body: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        body(&writer)
        bytes = writer.finish()
    }

    /// Keeps bytes that the parser has checked.
    init(checked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The value as text.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// The same value on one line: without the white space between its parts.
    public func compact() -> JSONText {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var isString = false
        var isEscaped = false
        for byte in bytes {
            if isString || !JSONScanner.isSpace(byte) { result.append(byte) }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isString.toggle()
            }
        }
        return JSONText(checked: result)
    }
}
