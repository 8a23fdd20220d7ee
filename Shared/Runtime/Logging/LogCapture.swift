internal import Synchronization

/// A sink that keeps its lines, for tests.
public final class LogCapture: Sendable {
    private let kept = Mutex<[String]>([])

    /// Keeps nothing yet.
    public init() {}

    /// The sink whose lines this keeps.
    public var sink: LogSink {
        LogSink { line in self.kept.withLock { $0.append(String(decoding: line.dropLast(), as: UTF8.self)) } }
    }

    /// The lines so far, without their newlines.
    public var lines: [String] { kept.withLock { $0 } }

    /// Whether a line says `message`.
    public func contains(message: String) -> Bool {
        var quoted = JSONLine()
        quoted.raw("\"message\":")
        quoted.string(message)
        let needle = String(decoding: quoted.bytes, as: UTF8.self)
        return lines.contains { $0.contains(needle) }
    }
}
