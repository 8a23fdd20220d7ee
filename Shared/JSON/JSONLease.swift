internal import Synchronization

/// Where a document's tape and bytes are, for as long as they are there. Itself it is never freed but lent again, under
/// another number: what was kept beyond its document is noticed before it reads memory that is gone.
@frozen
@usableFromInline
@safe
struct JSONLease {
    /// Which document it is for; changes when that document ends.
    @usableFromInline var number: UInt64 = 0
    /// One token for each value and key of the document.
    @usableFromInline var tape: UnsafePointer<JSONToken>?
    /// The document.
    @usableFromInline var bytes: UnsafePointer<UInt8>?

    /// For no document yet.
    private init() {
        unsafe tape = nil
        unsafe bytes = nil
    }

    private static let free = Mutex(Pool())

    /// As many as there were ever documents at one time.
    @safe private struct Pool: @unchecked Sendable {
        var leases: [UnsafeMutablePointer<JSONLease>] = unsafe []
    }

    /// One for a document. It has to be given back.
    static func take(
        tape: UnsafePointer<JSONToken>, bytes: UnsafePointer<UInt8>
    ) -> UnsafeMutablePointer<JSONLease> {
        let used = unsafe free.withLock { unsafe $0.leases.popLast() }
        let lease = unsafe used ?? .allocate(capacity: 1)
        if unsafe used == nil { unsafe lease.initialize(to: JSONLease()) }
        unsafe lease.pointee.tape = unsafe tape
        unsafe lease.pointee.bytes = unsafe bytes
        return unsafe lease
    }

    /// The document ends.
    static func giveBack(_ lease: UnsafeMutablePointer<JSONLease>) {
        unsafe lease.pointee.number += 1
        unsafe lease.pointee.tape = nil
        unsafe lease.pointee.bytes = nil
        free.withLock { unsafe $0.leases.append(lease) }
    }
}
