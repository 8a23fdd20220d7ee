internal import Glibc

/// Writing and reading of plain file descriptors, whole and interrupted by nothing.
enum Descriptor {
    /// Writes all of `bytes`; false if the descriptor takes no more (its reader is gone, the disk is full).
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        unsafe bytes.withUnsafeBytes { buffer in
            var rest = unsafe buffer[...]
            while unsafe !rest.isEmpty {
                let written = unsafe Glibc.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written >= 0 {
                    unsafe rest = rest.dropFirst(written)
                } else if errno == EAGAIN {
                    waitUntilWritable(descriptor)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }

    /// The bytes of a file, at most `limit` of them; nil with `errno` set if it cannot be read, or is larger (`EFBIG`).
    static func contents(of path: String, limit: Int) -> [UInt8]? {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return rest(of: descriptor, limit: limit)
    }

    /// The same of a descriptor that is open, from where it stands to its end.
    static func rest(of descriptor: Int32, limit: Int) -> [UInt8]? {
        var contents: [UInt8] = []
        while let block = read(descriptor, atMost: 16384) {
            if block.isEmpty { return contents }
            contents += block
            if contents.count > limit {
                errno = EFBIG
                return nil
            }
        }
        return nil
    }

    /// The next bytes; empty at the end, nil with `errno` set on an error.
    static func read(_ descriptor: Int32, atMost count: Int) -> [UInt8]? {
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var result: Int
            repeat {
                unsafe result = Glibc.read(descriptor, buffer.baseAddress, count)
            } while result < 0 && errno == EINTR
            failed = result < 0
            initialized = max(0, result)
        }
        return failed ? nil : bytes
    }

    /// The descriptors that this process holds open; nil if the system does not tell.
    static var open: [Int32]? {
        guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(directory) }
        let listing = unsafe dirfd(directory)
        var numbers: [Int32] = []
        while let entry = unsafe readdir(directory) {
            if let number = unsafe Int32(name(of: entry)), number != listing { numbers.append(number) }
        }
        return numbers
    }

    /// An entry is only as long as its name: reading the declared 256 bytes of `d_name` would run past it.
    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return "" }
        let start = unsafe UnsafeRawPointer(entry).advanced(by: offset)
        return unsafe String(cString: start.assumingMemoryBound(to: CChar.self))
    }

    /// A descriptor that somebody else made non-blocking (a terminal is shared) still gets whole lines.
    private static func waitUntilWritable(_ descriptor: Int32) {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&request, 1, -1)
    }
}
