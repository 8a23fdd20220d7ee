internal import Glibc

/// Files that hold one secret each, as Docker and Kubernetes mount them.
enum SecretFile {
    enum Contents {
        case success(text: String, isWorldReadable: Bool)
        /// The rest of a sentence that begins with the file; never with what is in it.
        case failure(reason: String)
    }

    /// More than any password or key needs.
    private static let maxBytes = 65536

    static func read(_ path: String) -> Contents {
        guard let bytes = Descriptor.contents(of: path, limit: maxBytes) else {
            return .failure(reason: "cannot be read: \(systemError(errno))")
        }
        guard var text = String(validating: bytes, as: UTF8.self) else { return .failure(reason: "is not UTF-8 text") }
        while let last = text.last, last.isNewline { text.removeLast() }
        if text.isEmpty { return .failure(reason: "is empty") }
        return .success(text: text, isWorldReadable: isWorldReadable(path))
    }

    private static func isWorldReadable(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    }
}
