import Glibc

/// The number of the input that is being fed, in a file that outlives the process.
struct FlightRecorder: ~Copyable {
    private let memory: UnsafeMutableRawPointer

    /// Maps a file, which is made if there is none.
    init(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Violation("cannot open \(path)") }
        defer { close(descriptor) }
        let size = MemoryLayout<Int64>.size
        guard ftruncate(descriptor, off_t(size)) == 0,
            let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else { throw Violation("cannot map \(path)") }
        self.memory = memory
    }

    deinit { munmap(memory, MemoryLayout<Int64>.size) }

    /// The input that is being fed, or was when the process died; -1 for none.
    var current: Int {
        get { Int(memory.load(as: Int64.self)) }
        nonmutating set { memory.storeBytes(of: Int64(newValue), as: Int64.self) }
    }
}
