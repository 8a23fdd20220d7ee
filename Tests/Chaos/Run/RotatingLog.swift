import Glibc
import Synchronization

/// A file that lines are added to; when it is large it becomes `….old`, in place of the one before. So a log has a bound,
/// and its end is there.
final class RotatingLog: Sendable {
    private struct State {
        var file: Int32 = -1
        var size = 0
    }

    private let path: String
    private let limit: Int
    private let state = Mutex(State())

    init(_ path: String, limit: Int = 24 << 20) {
        self.path = path
        self.limit = limit
    }

    deinit { state.withLock { if $0.file >= 0 { close($0.file) } } }

    func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        state.withLock { state in
            if state.file < 0 || state.size > limit { open(&state) }
            _ = Glibc.write(state.file, bytes, bytes.count)
            state.size += bytes.count
        }
    }

    private func open(_ state: inout State) {
        if state.file >= 0 {
            close(state.file)
            rename(path, path + ".old")
        }
        state.file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        state.size = 0
    }
}
