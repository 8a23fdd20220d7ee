import FoundationEssentials

/// A file or directory that is gone when nobody knows it any more.
final class TemporaryFile: Sendable {
    let path: String

    init(_ text: String) throws {
        path = Self.newPath()
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    /// A path at which nothing is.
    init() { path = Self.newPath() }

    private static func newPath() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("riposte-\(UUID().uuidString)").path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
