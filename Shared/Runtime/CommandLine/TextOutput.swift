internal import Glibc

/// Where a command prints.
public struct TextOutput: Sendable {
    private let print: @Sendable ([UInt8]) -> Bool
    /// Whether a person sees it: colours and redrawing make sense.
    public let isTerminal: Bool
    private let columns: @Sendable () -> Int?

    /// How many characters a line of the terminal holds right now, for its window may change; nil if it is no terminal or
    /// does not say. What is no terminal keeps lines of any length, and whoever reads them later misses what is cut.
    public var width: Int? { columns() }

    /// Prints to `print`, which says whether anybody still reads.
    public init(
        isTerminal: Bool = false, width: @escaping @Sendable () -> Int? = { nil },
        _ print: @escaping @Sendable ([UInt8]) -> Bool
    ) {
        self.print = print
        self.isTerminal = isTerminal
        columns = width
    }

    /// The process's standard output.
    public static let standardOutput = TextOutput(descriptor: STDOUT_FILENO)
    /// The process's standard error.
    public static let standardError = TextOutput(descriptor: STDERR_FILENO)

    /// A file descriptor.
    public init(descriptor: Int32) {
        self.init(isTerminal: isatty(descriptor) == 1, width: { Self.columns(of: descriptor) }) {
            Descriptor.write($0, to: descriptor)
        }
    }

    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Prints `text` as it is. False if nobody reads any more, as after `| head`.
    @discardableResult
    public func write(_ text: String) -> Bool { print(Array(text.utf8)) }

    /// Prints `text` and ends the line.
    @discardableResult
    public func line(_ text: String = "") -> Bool { write(text + "\n") }

    /// The same output; `whenClosed` is called whenever nobody reads any more.
    func notifying(_ whenClosed: @escaping @Sendable () -> Void) -> TextOutput {
        TextOutput(isTerminal: isTerminal, width: columns) { bytes in
            let isRead = print(bytes)
            if !isRead { whenClosed() }
            return isRead
        }
    }
}
