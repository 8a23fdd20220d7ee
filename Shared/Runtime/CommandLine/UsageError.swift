/// The arguments make no sense. Thrown by a command it ends the process with code 64, after the command's usage.
public struct UsageError: ExitCodeError, Equatable, CustomStringConvertible {
    /// What is wrong: a sentence without a full stop.
    public let description: String
    /// The error that says so.
    public init(_ description: String) { self.description = description }
    /// 64.
    public var exitCode: ExitCode { .usage }
}
