/// Whether an answer holds everything that was asked for. The console tells of a partial answer inside an HTTP 200.
public enum Completeness: Sendable, Equatable {
    /// Everything.
    case whole
    /// Something is missing, or may be; why.
    case partial(PartialReason)

    /// Whether it is everything.
    public var isWhole: Bool { self == .whole }
}

/// Why an answer is not whole.
public struct PartialReason: Sendable, Equatable {
    /// What kind of reason it is.
    public enum Kind: String, Sendable, Hashable {
        /// `PARTIAL_SUCCESS`: some of the console's servers did not answer.
        case partialSuccess = "partial-success"
        /// `FAILURE`.
        case failure
        /// `TIMEOUT_ERROR`, or words that tell of a time-out inside the console.
        case timeout
        /// `QUERY_LIMIT_CROSSED`.
        case limitCrossed = "limit-crossed"
        /// An interface that may know more failed, and another one was asked.
        case sourceMissing = "source-missing"
        /// `NO_SERVERS_CONFIGURED`.
        case noServers = "no-servers"
        /// A status that is not documented.
        case unknownStatus = "unknown-status"
        /// `queryTerminated`: a limit or the time was reached.
        case terminated
        /// No `data`, or none that can be read.
        case noData = "no-data"
        /// Fewer rows than the console says there are.
        case rowsMissing = "rows-missing"
        /// A later page did not come.
        case pageMissing = "page-missing"
    }

    /// What kind of reason it is.
    public let kind: Kind
    /// Plain words for a log, with the platform's own.
    public let detail: String

    /// A reason.
    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
}
