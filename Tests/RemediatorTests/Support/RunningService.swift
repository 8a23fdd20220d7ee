import Glibc
import Runtime
import Synchronization

/// A service that runs inside the test.
final class RunningService: Sendable {
    let metrics: Metrics
    let readiness: Readiness
    private let lifecycle: Lifecycle
    private let code = Mutex<ExitCode?>(nil)
    private let task: Mutex<Task<Void, Never>?> = Mutex(nil)

    init(
        _ context: ServiceContext, deadline: Duration? = nil,
        hung: @escaping @Sendable (_ step: String) -> Void = { _ in },
        _ assemble: @escaping @Sendable () throws -> [any Component]
    ) {
        metrics = context.metrics
        readiness = context.readiness
        lifecycle = Lifecycle(
            logger: context.logger, readiness: context.readiness, deadline: deadline, hung: hung)
        let running = Task { [self] in
            let code = await lifecycle.run { try assemble() }
            self.code.withLock { $0 = code }
        }
        task.withLock { $0 = running }
    }

    /// How it ended; nil while it runs.
    var exitCode: ExitCode? { code.withLock { $0 } }

    func stop() async {
        lifecycle.end(.requested)
        await task.withLock { $0 }?.value
    }
}

/// A file that goes with the value.
final class TemporaryFile: Sendable {
    let path: String

    struct CannotBeWritten: Error {}

    init(_ text: String) throws {
        var template = Array("/tmp/riposte-test-XXXXXX".utf8CString)
        let descriptor = template.withUnsafeMutableBufferPointer { mkstemp($0.baseAddress!) }
        guard descriptor >= 0 else { throw CannotBeWritten() }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var text = text
        let written = text.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        guard written == text.utf8.count else { throw CannotBeWritten() }
    }

    /// Puts a file with other contents in its place, as editors and deployments do.
    func replace(with text: String) throws {
        let other = try TemporaryFile(text)
        guard rename(other.path, path) == 0 else { throw CannotBeWritten() }
    }

    deinit { unlink(path) }
}
