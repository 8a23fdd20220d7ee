public import JSON

/// Which malops to look for: those whose automatic protection failed.
public struct FailedProtectionQuery: Sendable, Equatable {
    /// Values of the feature `decisionStatus`, any of which makes a malop one.
    public var decisionStatuses: [String]
    /// Only what happened from this time on.
    ///
    /// The vendor's tutorial has no time range, and for this kind of element no source says which of its times the range
    /// is compared with. A console may ignore it, so the rows still have to be checked; without it the request is the
    /// tutorial's.
    public var since: Timestamp?

    /// The tutorial's query.
    public init(
        decisionStatuses: [String] = ["DDS_FAILED_TO_PREVENT", "DDS_FAILED_TO_QUARANTINE"], since: Timestamp? = nil
    ) {
        self.decisionStatuses = decisionStatuses
        self.since = since
    }
}

/// A malop whose automatic protection failed.
public struct FailedProtectionRow: Sendable, Hashable {
    /// The malop's GUID.
    public var malopID: String
    /// Its name; the console leaves it empty at times.
    public var displayName: String
    /// What became of its detections, such as `DDS_FAILED_TO_PREVENT`: several, for a malop holds several detections.
    /// Empty where the console does not say.
    public var decisionStatuses: [String]

    /// A row.
    public init(malopID: String, displayName: String = "", decisionStatuses: [String] = []) {
        self.malopID = malopID
        self.displayName = displayName
        self.decisionStatuses = decisionStatuses
    }
}

/// What the failed-protection query found.
public struct FailedProtectionAnswer: Sendable, Equatable {
    /// Every row that came, each malop once.
    public var rows: [FailedProtectionRow]
    /// Whether these are all. Only then may a caller conclude anything from what is missing.
    public var completeness: Completeness
    /// How many rows the console says there are, where it does.
    public var totalResults: Int?
    /// Pages asked for.
    public var pages: Int

    /// An answer.
    public init(rows: [FailedProtectionRow], completeness: Completeness, totalResults: Int? = nil, pages: Int = 1) {
        self.rows = rows
        self.completeness = completeness
        self.totalResults = totalResults
        self.pages = pages
    }
}
