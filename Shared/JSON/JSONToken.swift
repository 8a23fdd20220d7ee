/// One entry of the tape that the parser writes: a value or a key, as 64 bits.
///
/// Kind (4 bits), flags (4), start (28), extent (28). `start` is a byte offset; in a string the byte after its quote.
/// `extent` is the length in bytes, or in a container the tape index behind its last descendant.
@frozen
@usableFromInline
struct JSONToken {
    /// All four parts.
    @usableFromInline let bits: UInt64

    /// Packs a token; start and extent must be below 2^28.
    @inline(__always)
    init(_ kind: UInt64, flags: UInt64 = 0, start: Int, extent: Int) {
        bits = kind << 60 | flags << 56 | UInt64(truncatingIfNeeded: start) << 28 | UInt64(truncatingIfNeeded: extent)
    }

    /// What it is: one of the numbers below.
    @inlinable @inline(__always) var kind: UInt64 { bits >> 60 }
    /// What is special about it, by kind.
    @inlinable @inline(__always) var flags: UInt64 { (bits >> 56) & 15 }
    /// Its byte offset.
    @inlinable @inline(__always) var start: Int { Int(truncatingIfNeeded: (bits >> 28) & 0xFFF_FFFF) }
    /// Its length in bytes, or the tape index behind it.
    @inlinable @inline(__always) var extent: Int { Int(truncatingIfNeeded: bits & 0xFFF_FFFF) }
    /// Whether it is an object or an array.
    @inlinable @inline(__always) var isContainer: Bool { kind <= JSONToken.array }
    /// Whether it is a string with escapes.
    @inlinable @inline(__always) var isEscaped: Bool { flags & JSONToken.escaped != 0 }

    // Plain numbers rather than an enum, so that a token of any bits can be compared without a check. Containers first.
    /// The kind of an object.
    @inlinable static var object: UInt64 { 1 }
    /// The kind of an array.
    @inlinable static var array: UInt64 { 2 }
    /// The kind of a string or key.
    @inlinable static var string: UInt64 { 3 }
    /// The kind of a number.
    @inlinable static var number: UInt64 { 4 }
    /// The kind of `true`.
    @inlinable static var yes: UInt64 { 5 }
    /// The kind of `false`.
    @inlinable static var no: UInt64 { 6 }
    /// The kind of `null`.
    @inlinable static var null: UInt64 { 7 }

    /// Flag of a string that holds a backslash.
    @inlinable static var escaped: UInt64 { 1 }
    /// Flag of a string that holds a byte above 127.
    @inlinable static var wide: UInt64 { 2 }
    /// Flag of a number with a fraction or an exponent.
    @inlinable static var fractional: UInt64 { 1 }
}
