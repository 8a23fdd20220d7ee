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

    /// Reads a policy from a file, and the files of its keys, which go together. Blocks.
    ///
    /// - Throws: `PolicyError` with every mistake of all of them; the files of keys that are right by themselves are read
    ///   whatever else is wrong.
    public static func withKeys(
        contentsOf path: String
    ) throws(PolicyError) -> (policy: ResponsePolicy, keys: KeyRing, fingerprint: String) {
        let yaml = try bytes(of: path)
        var reader = PolicyReader(file: path)
        do throws(PolicyError) {
            var policy = try reader.read(YAMLDocument(yaml))
            policy.digest = Digest.sha256(yaml).hexadecimal()
            // Before the keys: one that is replaced in between is found the next time.
            let fingerprint = policy.fingerprint()
            return (policy, try KeyRing(of: policy, file: path), fingerprint)
        } catch {
            let (_, others) = KeyRing.read(reader.readableKeys, file: path)
            let all = error.problems + others.filter { !error.problems.contains($0) }
            throw PolicyError(problems: PolicyReader.sorted(all))
        }
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
