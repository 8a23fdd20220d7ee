internal import Model

/// What came of asking for one indicator.
enum LookupOutcome: Sendable, Hashable {
    /// It was checked; be it that threat intelligence does not know it.
    case known(Reputation)

    /// It was not checked, and why; `isFinal` if it never will be.
    case notChecked(because: String, isFinal: Bool)
}
