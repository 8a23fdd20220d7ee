internal import Glibc

/// Where a command prints.
public struct TextOutput: Sendable {
    private let print: @Sendable ([UInt8]) -> Bool
    /// Whether a person sees it: colours and redrawing make sense.
    public let isTerminal: Bool

    /// Prints to `print`, which says whether anybody still reads.
    public init(isTerminal: Bool = false, _ print: @escaping @Sendable ([UInt8]) -> Bool) {
        self.print = print
        self.isTerminal = isTerminal
    }

    /// The process's standard output.
    public static let standardOutput = TextOutput(descriptor: STDOUT_FILENO)
    /// The process's standard error.
    public static let standardError = TextOutput(descriptor: STDERR_FILENO)

    /// A file descriptor.
    public init(descriptor: Int32) {
        self.init(isTerminal: isatty(descriptor) == 1) { Descriptor.write($0, to: descriptor) }
    }

    /// Prints `text` as it is. False if nobody reads any more, as after `| head`.
    @discardableResult
    public func write(_ text: String) -> Bool { print(Array(text.utf8)) }

    /// Prints `text` and ends the line.
    @discardableResult
    public func line(_ text: String = "") -> Bool { write(text + "\n") }

    /// The same output; `whenClosed` is called whenever nobody reads any more.
    func notifying(_ whenClosed: @escaping @Sendable () -> Void) -> TextOutput {
        TextOutput(isTerminal: isTerminal) { bytes in
            let isRead = print(bytes)
            if !isRead { whenClosed() }
            return isRead
        }
    }
}
