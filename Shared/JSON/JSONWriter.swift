public import Glibc

/// Writes one JSON document into a buffer that grows.
///
/// Commas are put where they belong. The result is JSON if every ``key(_:)`` is followed by exactly one value, and if
/// outside of all containers there is exactly one.
@safe
public struct JSONWriter: ~Copyable {
    /// What was written so far, and room for more.
    @usableFromInline var buffer: UnsafeMutablePointer<UInt8>
    /// How many bytes were written.
    @usableFromInline var count = 0
    /// How many bytes there is room for.
    @usableFromInline var capacity: Int
    /// Whether a comma must stand before the next value or key.
    @usableFromInline var needsComma = false

    /// Creates an empty writer with room for `capacity` bytes before it must grow.
    public init(capacity: Int = 1024) {
        self.capacity = max(capacity, 16)
        unsafe buffer = .allocate(capacity: self.capacity)
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// The document's bytes.
    public consuming func finish() -> [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: buffer, count: count))
    }

    // MARK: Containers and keys

    /// Writes an object, whose fields `body` writes.
    @inlinable
    public mutating func object<E>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        open(UInt8(ascii: "{"))
        try body(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes an array, whose elements `body` writes.
    @inlinable
    public mutating func array<E>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        open(UInt8(ascii: "["))
        try body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes a key that needs no escapes; its value must follow.
    @inlinable
    public mutating func key(_ key: StaticString) {
        let length = key.utf8CodeUnitCount
        reserve(length + 4)
        separate()
        unsafe buffer[count] = UInt8(ascii: "\"")
        unsafe memcpy(buffer + count + 1, key.utf8Start, length)
        unsafe buffer[count + length + 1] = UInt8(ascii: "\"")
        unsafe buffer[count + length + 2] = UInt8(ascii: ":")
        count += length + 3
        needsComma = false
    }

    /// Writes a key that is known only at run time; its value must follow.
    @_disfavoredOverload
    public mutating func key(_ key: String) {
        value(key)
        append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Starts a container.
    @inlinable
    mutating func open(_ bracket: UInt8) {
        separate()
        append(bracket)
        needsComma = false
    }

    /// Ends a container.
    @inlinable
    mutating func close(_ bracket: UInt8) {
        append(bracket)
        needsComma = true
    }

    // MARK: Bytes

    /// Puts a comma if something stands before, and remembers that now something does.
    @inlinable
    @inline(__always)
    mutating func separate() {
        if needsComma { append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Adds one byte.
    @inlinable
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe buffer[count] = byte
        count += 1
    }

    /// Adds bytes as they are.
    @inlinable
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        unsafe memcpy(buffer + count, start, bytes.count)
        count += bytes.count
    }

    /// Makes room for more bytes.
    @inlinable
    @inline(__always)
    mutating func reserve(_ more: Int) {
        if count + more > capacity { grow(by: more) }
    }

    /// Moves to a buffer of at least twice the size.
    @usableFromInline
    @inline(never)
    mutating func grow(by more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        unsafe larger.update(from: buffer, count: count)
        unsafe buffer.deallocate()
        unsafe buffer = larger
    }
}
