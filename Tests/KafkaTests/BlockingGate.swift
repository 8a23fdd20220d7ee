import Glibc
import Synchronization

/// Blocks the thread that calls it, as a badly written handler would, until it is opened.
final class BlockingGate: Sendable {
    private let isOpen = Atomic(false)

    func block() {
        while !isOpen.load(ordering: .acquiring) { usleep(1_000) }
    }

    func open() {
        isOpen.store(true, ordering: .releasing)
    }
}
