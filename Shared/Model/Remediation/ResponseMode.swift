public import JSON

/// How far Riposte may go with a request. Where several modes meet, the strictest holds, which is the least.
public enum ResponseMode: String, JSONName, CaseIterable, Sendable, Comparable {
    /// Every check runs, nothing is sent; the result says what would have been done.
    case observe

    /// Nothing is sent before a person has approved it.
    case approve

    /// It is sent.
    case enforce

    /// Whether one is stricter than another.
    public static func < (left: ResponseMode, right: ResponseMode) -> Bool { left.freedom < right.freedom }

    private var freedom: Int {
        switch self {
        case .observe: 0
        case .approve: 1
        case .enforce: 2
        }
    }
}
