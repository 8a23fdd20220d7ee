/// The coder that reads a record's fields from an object.
@frozen
public struct JSONReader {
    /// The object whose fields are read.
    @usableFromInline let object: JSONObject
    /// The tape index behind the object.
    @usableFromInline let end: Int
    /// The tape index of the key behind the one that was found last: fields in the writer's order cost one comparison.
    @usableFromInline var hint: Int

    /// Starts at an object's first field.
    @inlinable
    init(_ object: JSONObject) {
        self.object = object
        end = object.document[object.index].extent
        hint = object.index + 1
    }

    /// The value of a field, also if it is null; nil if it is absent.
    @inlinable
    mutating func find(_ key: StaticString) -> JSONValue? {
        if hint < end, object.document.key(at: hint, isPlainly: key) {
            let value = hint + 1
            hint = object.document.next(value)
            return JSONValue(object.document, value)
        }
        return search(key)
    }

    /// Looks through the whole object, from the hint on first.
    @usableFromInline
    @inline(never)
    mutating func search(_ key: StaticString) -> JSONValue? {
        let name = unsafe UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        var found = unsafe object.document.find(name, from: hint, to: end)
        if found == end { found = unsafe object.document.find(name, from: object.index + 1, to: end) }
        guard found < end else { return nil }
        hint = object.document.next(found)
        return JSONValue(object.document, found)
    }

    /// The value of a field. Throws `missing` if it is absent.
    @inlinable
    mutating func required(_ key: StaticString) throws(JSONError) -> JSONValue {
        if let value = find(key) { return value }
        throw object.missing(key)
    }

    /// The value of a field; nil if it is absent or null.
    @inlinable
    mutating func optional(_ key: StaticString) -> JSONValue? {
        guard let value = find(key), !value.isNull else { return nil }
        return value
    }
}

extension JSONValue {
    /// This array of strings.
    @usableFromInline
    func strings() throws(JSONError) -> [String] {
        try array { value throws(JSONError) in try value.string() }
    }

    /// What `each` makes of this object's values, under their keys.
    ///
    /// Swift takes keys for equal that differ only in how a character is composed; rather than lose one of two, both
    /// are refused.
    @inlinable
    func dictionary<T>(_ each: (JSONValue) throws(JSONError) -> T) throws(JSONError) -> [String: T] {
        guard token.kind == JSONToken.object else { throw wrongType("object") }
        var result: [String: T] = [:]
        for (key, value) in members {
            guard result.updateValue(try each(value), forKey: key) == nil else {
                throw value.error(.duplicateKey, "equal to another key but for the composition of characters")
            }
        }
        return result
    }
}

extension Timestamp {
    /// Reads a time from a string.
    @usableFromInline
    init(reading value: JSONValue) throws(JSONError) {
        guard let time = Timestamp(rfc3339: try value.string()) else {
            throw value.error(.invalid, "expected a time such as 2026-11-22T10:00:00.123Z")
        }
        self = time
    }
}

extension JSONText {
    /// Keeps a value of a document.
    @usableFromInline
    init(reading value: JSONValue) throws(JSONError) {
        guard value.hasDepth(atMost: JSONText.maxDepth) else {
            throw value.error(.depth, "at most \(JSONText.maxDepth) levels in a kept value")
        }
        self = value.text()
    }
}

extension JSONValue {
    /// Whether containers are nested in this value at most so deep.
    func hasDepth(atMost limit: Int) -> Bool {
        var ends: [Int] = []
        var i = index
        let end = document.next(index)
        while i < end {
            while let last = ends.last, last <= i { ends.removeLast() }
            if document[i].isContainer {
                ends.append(document[i].extent)
                if ends.count > limit { return false }
            }
            i += 1
        }
        return true
    }
}
