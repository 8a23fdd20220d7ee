internal import Glibc

/// A file that holds the value of one setting.
enum SettingFile {
    /// Why a file cannot be used: the rest of a sentence that begins with it.
    struct Failure: Error { let reason: String }

    /// More than any certificate, key or list of authorities needs.
    static let maxBytes = 1 << 20

    /// The whole file as text.
    static func text(of path: String) throws(Failure) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable }
        defer { close(descriptor) }
        guard let text = String(validating: try bytes(of: descriptor), as: UTF8.self) else {
            throw Failure(reason: "is not UTF-8 text")
        }
        return text
    }

    private static func bytes(of descriptor: Int32) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable }
            if count == 0 { return bytes }
            bytes += block.prefix(count)
            guard bytes.count <= maxBytes else { throw Failure(reason: "is larger than \(maxBytes) bytes") }
        }
    }
}

extension SettingFile.Failure {
    /// In the system's words for the call that just failed.
    fileprivate static var unreadable: SettingFile.Failure {
        SettingFile.Failure(reason: unsafe "cannot be read: \(String(cString: strerror(errno)))")
    }
}
