public import Glibc

/// The tape and the bytes of a checked document: what every cursor points into. To use it when the document is gone stops
/// the process.
///
/// A trivial value on purpose: a cursor that holds a reference costs half as much again.
@frozen
@usableFromInline
@safe
struct JSONDocument {
    /// Where they are; never freed.
    @usableFromInline let lease: UnsafePointer<JSONLease>
    /// Which document is meant.
    @usableFromInline let number: UInt64

    /// The document that has the lease.
    init(_ lease: UnsafePointer<JSONLease>) {
        unsafe self.lease = lease
        number = unsafe lease.pointee.number
    }

    /// One token for each value and key, in the order of the document.
    @inlinable @inline(__always) var tape: UnsafePointer<JSONToken> {
        guard unsafe lease.pointee.number == number, let tape = unsafe lease.pointee.tape else { Self.isGone() }
        return unsafe tape
    }

    /// The document.
    @inlinable @inline(__always) var bytes: UnsafePointer<UInt8> {
        guard unsafe lease.pointee.number == number, let bytes = unsafe lease.pointee.bytes else { Self.isGone() }
        return unsafe bytes
    }

    /// A mistake of the program, whatever was in the document.
    @usableFromInline
    @inline(never)
    static func isGone() -> Never {
        preconditionFailure("a JSON cursor was used outside of the closure that it was lent to")
    }

    /// The token at a tape index.
    @inlinable
    @inline(__always)
    subscript(index: Int) -> JSONToken {
        unsafe tape[index]
    }

    /// The tape index behind a value and all that it holds.
    @inlinable
    @inline(__always)
    func next(_ index: Int) -> Int {
        let token = self[index]
        return token.isContainer ? token.extent : index + 1
    }

    /// Whether the key at a tape index, written without escapes, is this name.
    @inlinable
    @inline(__always)
    func key(at index: Int, isPlainly name: StaticString) -> Bool {
        let token = self[index]
        let length = name.utf8CodeUnitCount
        guard token.extent == length, !token.isEscaped else { return false }
        return unsafe memcmp(bytes + token.start, name.utf8Start, length) == 0
    }

    /// Whether the key at a tape index means this name.
    @usableFromInline
    func key(at index: Int, is name: UnsafeBufferPointer<UInt8>) -> Bool {
        let token = self[index]
        if token.isEscaped { return unsafe unescapedBytes(of: token).elementsEqual(name) }
        guard token.extent == name.count else { return false }
        guard let start = name.baseAddress else { return true }
        return unsafe memcmp(bytes + token.start, start, name.count) == 0
    }

    /// The tape index of the value under a key, of those from `first` up to `end`; the end if there is none.
    @usableFromInline
    func find(_ name: UnsafeBufferPointer<UInt8>, from first: Int, to end: Int) -> Int {
        var i = first
        while i < end {
            if unsafe key(at: i, is: name) { return i + 1 }
            i = next(i + 1)
        }
        return end
    }

    /// The bytes of a value as they stand in the document.
    func verbatim(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let token = self[index]
        switch token.kind {
        case JSONToken.string:
            return unsafe UnsafeBufferPointer(start: bytes + token.start - 1, count: token.extent + 2)
        case JSONToken.object, JSONToken.array:
            return unsafe UnsafeBufferPointer(start: bytes + token.start, count: lengthOfContainer(at: token.start))
        default:
            return unsafe UnsafeBufferPointer(start: bytes + token.start, count: token.extent)
        }
    }

    /// The length of a checked container: the tape has no place for it, and few ask.
    private func lengthOfContainer(at start: Int) -> Int {
        let bytes = unsafe bytes
        var i = start
        var depth = 0
        repeat {
            switch unsafe bytes[i] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                i += 1
                while unsafe bytes[i] != UInt8(ascii: "\"") { i += unsafe bytes[i] == UInt8(ascii: "\\") ? 2 : 1 }
            default: break
            }
            i += 1
        } while depth > 0
        return i - start
    }
}
