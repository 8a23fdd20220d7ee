internal import Glibc
internal import Synchronization

/// Where log lines go: a function that takes one whole line, its newline included.
public struct LogSink: Sendable {
    /// Takes one line. Called from any thread.
    public let write: @Sendable (_ line: [UInt8]) -> Void

    /// Lines go to `write`.
    public init(_ write: @escaping @Sendable (_ line: [UInt8]) -> Void) { self.write = write }

    /// The process's standard output: what services log to.
    public static let standardOutput = LogSink.descriptor(STDOUT_FILENO)

    /// The process's standard error: what the command line logs to.
    public static let standardError = LogSink.descriptor(STDERR_FILENO)

    /// Nowhere.
    public static let none = LogSink { _ in }

    /// A file descriptor. A line is one `write`; a longer one than the pipe takes at once is finished under a lock, so
    /// that lines of this process never mix. What cannot be written (the reader is gone) is dropped.
    public static func descriptor(_ descriptor: Int32) -> LogSink {
        let lock = DescriptorLock()
        return LogSink { line in lock.write(line, to: descriptor) }
    }
}

private final class DescriptorLock: Sendable {
    private let lock = Mutex(())

    func write(_ line: [UInt8], to descriptor: Int32) {
        lock.withLock { _ in _ = Descriptor.write(line, to: descriptor) }
    }
}
