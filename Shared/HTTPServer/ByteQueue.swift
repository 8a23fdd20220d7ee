/// Bytes appended at one end and taken from the other, without moving the rest at each taking.
struct ByteQueue: Sendable {
    private var storage: [UInt8] = []
    private var start = 0

    var count: Int { storage.count - start }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ bytes: [UInt8]) {
        storage.append(contentsOf: bytes)
    }

    /// Copies as much as fits into `buffer`; the number of bytes copied.
    mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let taken = min(buffer.count, count)
        unsafe buffer.copyBytes(from: storage[start..<start + taken])
        start += taken
        if start == storage.count {
            removeAll()
        } else if start > storage.count / 2 {
            storage.removeFirst(start)
            start = 0
        }
        return taken
    }

    mutating func removeAll() {
        storage = []
        start = 0
    }
}
