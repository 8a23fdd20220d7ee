/// The elements of an array, in order. Valid only inside the closure of ``withJSON(_:limits:_:)``.
public struct JSONElements: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var rest: Range<Int>

    /// Walks over a part of the tape.
    init(_ document: JSONDocument, _ range: Range<Int>) {
        self.document = document
        rest = range
    }

    /// The next element.
    public mutating func next() -> JSONValue? {
        guard !rest.isEmpty else { return nil }
        let value = JSONValue(document, rest.lowerBound)
        rest = document.next(rest.lowerBound)..<rest.upperBound
        return value
    }
}

/// The fields of an object, in the sender's order. Valid only inside the closure of ``withJSON(_:limits:_:)``.
public struct JSONMembers: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var rest: Range<Int>

    /// Walks over a part of the tape.
    init(_ document: JSONDocument, _ range: Range<Int>) {
        self.document = document
        rest = range
    }

    /// The next field.
    public mutating func next() -> (key: String, value: JSONValue)? {
        guard !rest.isEmpty else { return nil }
        let key = document.text(of: document[rest.lowerBound])
        let value = JSONValue(document, rest.lowerBound + 1)
        rest = document.next(rest.lowerBound + 1)..<rest.upperBound
        return (key, value)
    }
}
