/// Checks a whole document and writes one token for each of its values and keys; a loop, not a recursion.
///
/// A container's token holds, while it is open, one more than the tape index of its parent in place of its extent.
@safe
struct JSONParser: ~Copyable {
    /// The bytes.
    let scanner: JSONScanner
    /// What is refused although the grammar allows it.
    let limits: JSONLimits
    /// The tokens; room for all that the document can have.
    let tape: UnsafeMutablePointer<JSONToken>
    /// What cursors know of the document by.
    private let lease: UnsafeMutablePointer<JSONLease>
    /// What is known of each open container's keys, by depth.
    let levels: UnsafeMutablePointer<KeyCheck>
    /// The byte that is looked at.
    var position = 0
    /// How many tokens the tape holds.
    var count = 0
    /// The tape index of the innermost open container, -1 outside of all.
    var open = -1
    /// How many containers are open.
    var depth = 0
    /// Whether the innermost open container is an object.
    var inObject = false

    /// Prepares for a document of at most `limits.maxBytes`.
    init(_ scanner: JSONScanner, limits: JSONLimits) {
        self.scanner = scanner
        self.limits = limits
        // Every token but those of the open containers costs at least two bytes of the document.
        unsafe tape = .allocate(capacity: scanner.count / 2 + limits.maxDepth + 2)
        unsafe levels = .allocate(capacity: limits.maxDepth + 1)
        unsafe lease = JSONLease.take(tape: UnsafePointer(tape), bytes: scanner.bytes)
    }

    deinit {
        unsafe JSONLease.giveBack(lease)
        unsafe tape.deallocate()
        unsafe levels.deallocate()
    }

    /// The parsed document, valid as long as this parser is.
    var document: JSONDocument { unsafe JSONDocument(UnsafePointer(lease)) }

    /// Checks the whole document. An error names the place in the document as well as it is known by then.
    mutating func parse() throws(JSONError) {
        do {
            repeat {
                while try value() {}
            } while try more()
            try scanner.end(from: position)
        } catch {
            throw error.at(path: error.code == .duplicateKey ? error.path : pathOfPosition())
        }
    }

    /// Adds a token to the tape.
    @inline(__always)
    mutating func append(_ token: JSONToken) {
        unsafe tape[count] = token
        count += 1
    }

    /// Reads one value. True if it opened a container that is not empty, so that another value must follow.
    @inline(__always)
    private mutating func value() throws(JSONError) -> Bool {
        position = try scanner.skipSpace(from: position)
        let token: JSONToken
        switch scanner[position] {
        case UInt8(ascii: "\""):
            token = try scanner.string(at: position)
            position = token.start + 1
        case UInt8(ascii: "{"): return try begin(JSONToken.object, closedBy: UInt8(ascii: "}"))
        case UInt8(ascii: "["): return try begin(JSONToken.array, closedBy: UInt8(ascii: "]"))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): token = try scanner.number(at: position)
        case UInt8(ascii: "t"): token = try scanner.literal("true", JSONToken.yes, at: position)
        case UInt8(ascii: "f"): token = try scanner.literal("false", JSONToken.no, at: position)
        case UInt8(ascii: "n"): token = try scanner.literal("null", JSONToken.null, at: position)
        default: throw noValue()
        }
        position += token.extent
        append(token)
        return false
    }

    @inline(__always)
    private mutating func begin(_ kind: UInt64, closedBy close: UInt8) throws(JSONError) -> Bool {
        depth += 1
        guard depth <= limits.maxDepth else {
            throw JSONError(.depth, at: position, "at most \(limits.maxDepth) levels")
        }
        let parent = open
        open = count
        append(JSONToken(kind, start: position, extent: parent + 1))
        inObject = kind == JSONToken.object
        unsafe levels[depth] = KeyCheck()
        position = try scanner.skipSpace(from: position + 1)
        if scanner[position] == close { return false }
        if inObject { try key() }
        return true
    }

    /// Goes on behind a value: closes containers. True if a comma says that another value must follow.
    @inline(__always)
    private mutating func more() throws(JSONError) -> Bool {
        while open >= 0 {
            position = try scanner.skipSpace(from: position)
            let byte = scanner[position]
            if byte == UInt8(ascii: ",") {
                position += 1
                if inObject {
                    position = try scanner.skipSpace(from: position)
                    try key()
                }
                return true
            }
            guard byte == (inObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw JSONError(.unexpected, at: position, inObject ? "expected ',' or '}'" : "expected ',' or ']'")
            }
            try close()
        }
        return false
    }

    @inline(__always)
    private mutating func close() throws(JSONError) {
        position += 1
        if unsafe inObject && levels[depth].isDeferred { try checkAllKeys() }
        depth -= 1
        let token = unsafe tape[open]
        unsafe tape[open] = JSONToken(token.kind, start: token.start, extent: count)
        open = token.extent - 1
        inObject = unsafe open >= 0 && tape[open].kind == JSONToken.object
    }

    @inline(__always)
    private mutating func key() throws(JSONError) {
        guard scanner[position] == UInt8(ascii: "\"") else {
            throw JSONError(.unexpected, at: position, "expected a key")
        }
        let token = try scanner.string(at: position)
        append(token)
        try check(token)
        position = try scanner.skipSpace(from: token.start + token.extent + 1)
        guard scanner[position] == UInt8(ascii: ":") else {
            throw JSONError(.unexpected, at: position, "expected ':'")
        }
        position += 1
    }

    private func noValue() -> JSONError {
        let mark = position == 0 && scanner[0] == 0xEF
        return JSONError(
            .unexpected, at: position, mark ? "a byte order mark is not allowed" : "expected a value")
    }
}
