internal import Glibc
internal import Model

extension ResponsePolicy {
    /// Reads a policy from a YAML text.
    ///
    /// - Parameters:
    ///   - yaml: The text.
    ///   - file: Its name in what is said about mistakes.
    /// - Throws: `PolicyError` with every mistake that could be found.
    public init(yaml: [UInt8], file: String) throws(PolicyError) {
        var reader = PolicyReader(file: file)
        self = try reader.read(YAMLDocument(yaml))
        digest = Digest.sha256(yaml).hexadecimal()
    }

    /// Reads a policy from a file. Blocks; meant for the start of a program.
    public init(contentsOf path: String) throws(PolicyError) {
        self = try Self(yaml: try Self.bytes(of: path), file: path)
    }

    /// The bytes of a file, up to a little more than a policy may have. Blocks.
    static func bytes(of path: String) throws(PolicyError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= YAMLLimits().maxBytes {
            let count = unsafe Glibc.read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            if count == 0 { break }
            bytes += block.prefix(count)
        }
        return bytes
    }

    private static func unreadable(_ path: String) -> PolicyError {
        let reason = unsafe String(cString: strerror(errno))
        return PolicyError(problems: [
            PolicyProblem(file: path, line: nil, key: "", message: "cannot be read: \(reason)")
        ])
    }
}
