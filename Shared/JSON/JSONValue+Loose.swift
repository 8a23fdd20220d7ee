/// Accessors for answers that cannot be trusted to keep to one form: what is not there or of another type is nil.
extension JSONValue {
    /// The value under a key; nil if it is absent or null, or if this is not an object.
    public subscript(key: StaticString) -> JSONValue? {
        unsafe find(UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    }

    /// The value under a key that is known only at run time.
    public subscript(named key: String) -> JSONValue? {
        var key = key
        return key.withUTF8 { unsafe find($0) }
    }

    /// The element at an index; nil if there is none, if it is null, or if this is not an array. Takes linear time.
    public subscript(index position: Int) -> JSONValue? {
        guard position >= 0 else { return nil }
        let element = elements.dropFirst(position).first { _ in true }
        return element?.isNull == true ? nil : element
    }

    private func find(_ key: UnsafeBufferPointer<UInt8>) -> JSONValue? {
        let token = token
        guard token.kind == JSONToken.object else { return nil }
        let i = unsafe document.find(key, from: index + 1, to: token.extent)
        guard i < token.extent, document[i].kind != JSONToken.null else { return nil }
        return JSONValue(document, i)
    }

    /// This value's text, nil if it is not a string.
    public var asString: String? {
        token.kind == JSONToken.string ? document.text(of: token) : nil
    }

    /// This value as an integer: a whole number that fits (`1.0` too), or a string of one, as the console writes times.
    public var asInt64: Int64? {
        switch token.kind {
        case JSONToken.number: token.flags == 0 ? wholeNumber : number.flatMap(JSONValue.exactly)
        case JSONToken.string: Int64(document.text(of: token))
        default: nil
        }
    }

    /// This value as a double: a number that is not too large, or a string of one.
    public var asDouble: Double? {
        switch token.kind {
        case JSONToken.number: number
        case JSONToken.string: JSONValue.double(document.text(of: token))
        default: nil
        }
    }

    /// Beyond 2^53 a double no longer says which integer was meant.
    private static func exactly(_ number: Double) -> Int64? {
        number.magnitude < 0x1p53 ? Int64(exactly: number) : nil
    }

    /// Swift also reads `inf`, `nan` and `0x1p3`, which are no numbers here.
    private static func double(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ $0 <= UInt8(ascii: "9") || $0 | 0x20 == UInt8(ascii: "e") }) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    /// This value as true or false: also the strings `"true"` and `"false"`, as the console writes them.
    public var asBool: Bool? {
        switch token.kind {
        case JSONToken.yes: true
        case JSONToken.no: false
        case JSONToken.string: Bool(document.text(of: token))
        default: nil
        }
    }

    /// The elements of this array; none if it is not an array.
    public var elements: JSONElements {
        JSONElements(document, token.kind == JSONToken.array ? index + 1..<token.extent : 0..<0)
    }

    /// The fields of this object in the sender's order; none if it is not an object.
    public var members: JSONMembers {
        JSONMembers(document, token.kind == JSONToken.object ? index + 1..<token.extent : 0..<0)
    }
}
