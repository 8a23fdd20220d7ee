internal import Glibc

/// A folder that goes with the value, and all files in it.
public final class TemporaryFolder: Sendable {
    /// Its path.
    public let path: String

    /// A folder or a file in it could not be made.
    public struct CannotBeWritten: Error {}

    /// Makes an empty folder.
    public init() throws {
        var template = Array("/tmp/riposte-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CannotBeWritten() }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The path that a file of this name has in here.
    public func path(of name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, also over one that is there, and returns its path.
    @discardableResult
    public func write(_ name: String, _ text: String, mode: UInt32 = 0o600) throws -> String {
        try write(name, bytes: Array(text.utf8), mode: mode)
    }

    /// Writes a file, also over one that is there, and returns its path.
    @discardableResult
    public func write(_ name: String, bytes: [UInt8], mode: UInt32 = 0o600) throws -> String {
        let file = path(of: name)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw CannotBeWritten() }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fchmod(descriptor, mode) == 0 else {
            throw CannotBeWritten()
        }
        return file
    }

    /// The bytes of a file in here.
    public func read(_ name: String) throws -> [UInt8] {
        let descriptor = open(path(of: name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CannotBeWritten() }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw CannotBeWritten() }
        return Array(bytes.prefix(count))
    }

    deinit {
        guard let folder = opendir(path) else { return }
        // An entry is only as long as its name: reading the declared 256 bytes of `d_name` would run past it.
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        while let entry = readdir(folder) {
            let name = String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
            unlink("\(path)/\(name)")
        }
        closedir(folder)
        rmdir(path)
    }
}
