internal import Model

extension ActionState {
    /// What the platform's word for an action means.
    ///
    /// `SUCCESS`, `PENDING` and `IN_PROGRESS` are documented, `FAILURE` was seen on the wire, `FAILED` and `ABORTED` are
    /// known to other clients. Any other word is no end: it may be a step on the way that we do not know.
    init(platformStatus word: String) {
        self =
            switch word.uppercased() {
            case "SUCCESS": .succeeded
            case "FAILURE", "FAILED": .failed
            case "ABORTED": .aborted
            case "PENDING": .pending
            default: .inProgress
            }
    }
}

extension ActionType {
    /// Whether the platform gives no id to follow such an action with, as other clients found: it may well be carried
    /// out, but whether it was is not told.
    var isUntracked: Bool { self == .blockFile || self == .killPreventUnsuspend }
}
