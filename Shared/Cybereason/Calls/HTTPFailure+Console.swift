import HTTPClient

extension HTTPFailure {
    /// This failure in the words of the console's callers.
    var consoleError: ConsoleError {
        var status: Int?
        if case .answered(let code) = delivery { status = code }
        return ConsoleError(kind, "\(self)", status: status)
    }

    private var kind: ConsoleError.Kind {
        switch reason {
        case .cancelled, .shutDown, .gateClosed: .cancelled
        case .timeout: .timeout
        case .tooLarge: .tooLarge
        case .malformed: .notUnderstood
        case .connect, .nameResolution, .tls, .proxy, .cut, .truncated, .other: .unavailable
        }
    }
}
