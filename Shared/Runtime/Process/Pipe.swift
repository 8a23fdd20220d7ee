internal import Glibc
internal import Synchronization

/// A file descriptor that is closed once, at the latest when nobody holds it any more.
final class OwnedDescriptor: Sendable {
    let number: Int32
    private let isOpen = Atomic(true)

    init(_ number: Int32) { self.number = number }

    func close() {
        if isOpen.exchange(false, ordering: .acquiringAndReleasing) { Glibc.close(number) }
    }

    deinit { close() }
}

/// A pipe that children do not inherit.
struct Pipe {
    let reading: OwnedDescriptor
    let writing: OwnedDescriptor

    init() throws(SystemFailure) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw SystemFailure(code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reading = OwnedDescriptor(ends[0])
        writing = OwnedDescriptor(ends[1])
    }
}

/// A call of the system failed.
struct SystemFailure: Error, CustomStringConvertible {
    let code: Int32
    var description: String { systemError(code) }
}
