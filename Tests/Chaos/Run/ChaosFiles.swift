import FoundationEssentials
import Glibc

/// The directory of one run: logs, the console's password, what was published, and what the judge read.
struct ChaosFiles: Sendable {
    let path: String

    init(_ options: ChaosOptions) throws(ChaosError) {
        let parent = options.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(parent)/riposte-chaos-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw ChaosError("no directory can be made in \(parent)") }
        path = String(cString: made)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file that only we can read; gives its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws(ChaosError) -> String {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: file(name), contents: Data(bytes), attributes: attributes) else {
            throw ChaosError("\(file(name)) cannot be written")
        }
        return file(name)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
