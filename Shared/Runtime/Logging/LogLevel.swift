/// How much a log line matters; a logger writes those at its own level and above.
public enum LogLevel: String, Sendable, Comparable, CaseIterable {
    /// For whoever looks for a fault; off by default.
    case debug
    /// What a service did, a few lines an hour when nothing happens.
    case info
    /// Something is not as it should be, and the service goes on by itself.
    case warning
    /// Somebody has to look.
    case error

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }

    /// Orders the levels by how much they matter.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}
