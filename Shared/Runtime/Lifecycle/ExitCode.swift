internal import Glibc

/// How a process ends, for whoever started it.
public struct ExitCode: RawRepresentable, Sendable, Hashable {
    /// The number.
    public let rawValue: Int32
    /// The code of this number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Everything asked for was done.
    public static let done = ExitCode(rawValue: 0)
    /// It failed.
    public static let failed = ExitCode(rawValue: 1)
    /// The arguments make no sense (`EX_USAGE`).
    public static let usage = ExitCode(rawValue: 64)
    /// The shutdown hung past its deadline (`EX_SOFTWARE`).
    public static let hung = ExitCode(rawValue: 70)
    /// Something that is needed is away; later it may work (`EX_TEMPFAIL`).
    public static let unavailable = ExitCode(rawValue: 75)
    /// The configuration is wrong; it will not work later (`EX_CONFIG`).
    public static let configuration = ExitCode(rawValue: 78)

    /// Ended by a signal, as shells count.
    public static func signal(_ number: Int32) -> ExitCode { ExitCode(rawValue: 128 + number) }
}

/// An error that says with which code the process should end.
public protocol ExitCodeError: Error {
    /// The code.
    var exitCode: ExitCode { get }
}

extension ConfigurationError: ExitCodeError {
    /// 78.
    public var exitCode: ExitCode { .configuration }
}

/// Something that a service needs is away: thrown from `Component.start()` it ends the process with code 75, so that
/// whatever restarts it tries again.
public struct DependencyUnavailable: ExitCodeError, CustomStringConvertible {
    /// What is away: `kafka`, `console`.
    public let dependency: String
    /// Why; never with a secret in it.
    public let reason: String

    /// The error for `dependency`.
    public init(_ dependency: String, reason: String) {
        self.dependency = dependency
        self.reason = reason
    }

    /// 75.
    public var exitCode: ExitCode { .unavailable }
    /// One sentence.
    public var description: String { "\(dependency) is away: \(reason)" }
}

extension ExitCode {
    /// Ends the process with this code, here and now.
    ///
    /// Without the handlers that C libraries leave for `exit()`: those take away what threads of the same libraries, which
    /// run to the last moment, still use.
    func endProcess() -> Never {
        fflush(nil)
        _exit(rawValue)
    }

    /// The code that an error asks for; 1 if it asks for none.
    init(of error: any Error) { self = (error as? any ExitCodeError)?.exitCode ?? .failed }
}
