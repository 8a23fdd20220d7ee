internal import Glibc

/// A file that a key is read from.
struct KeyFile {
    /// Its path, as it was named.
    let path: String
    /// What is in it.
    let bytes: [UInt8]
    /// Who may do what with it.
    private let mode: mode_t

    /// Far more than any key needs.
    private static let mostBytes = 65_536

    /// Reads a file. Blocks, but only as long as a disk does: a pipe is refused.
    init(_ path: String) throws(SigningError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable(path) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Self.unreadable(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SigningError("\(path): is no file") }
        self.path = path
        mode = status.st_mode
        bytes = try Self.contents(of: descriptor, path)
        if bytes.isEmpty { throw SigningError("\(path): is empty") }
    }

    private static func contents(of descriptor: Int32, _ path: String) throws(SigningError) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            if count == 0 { return bytes }
            bytes += block.prefix(count)
            guard bytes.count <= mostBytes else { throw SigningError("\(path): is too large for a key") }
        }
    }

    private static func unreadable(_ path: String) -> SigningError {
        let reason = unsafe String(cString: strerror(errno))
        return SigningError("\(path): cannot be read: \(reason)")
    }

    /// How many PEM blocks are in it, whatever they hold.
    var blocks: Int {
        let mark = Array("-----BEGIN ".utf8)
        return bytes.indices.count { bytes[$0...].starts(with: mark) }
    }

    /// Whether these words are somewhere in it.
    func holds(_ words: String) -> Bool {
        let words = Array(words.utf8)
        return bytes.indices.contains { bytes[$0...].starts(with: words) }
    }

    /// What is wrong with who may do what with the file; nil if nothing is.
    ///
    /// - Parameter isSecret: Whether nobody else may see it. That nobody else may change it holds for every key.
    func warning(isSecret: Bool) -> String? {
        if mode & S_IWOTH != 0 { return "\(path) may be changed by everyone on this machine: chmod o= it" }
        guard isSecret, mode & S_IROTH != 0 else { return nil }
        return "\(path) holds a secret that everyone on this machine may read: chmod o= it"
    }
}
