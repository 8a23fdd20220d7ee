/// What is known of a machine, and since when.
struct MachineReading: Sendable, Equatable {
    /// What the console said.
    enum Answer: Sendable, Equatable {
        case online
        case offline
        /// The console knows the machine, but does not say whether its sensor is connected.
        case silent
        /// The console does not know it.
        case unknown
    }

    /// The last answer, and when it came.
    var answer: Answer?
    var answeredAt: ContinuousClock.Instant?
    /// The machine's name, where the console gave one.
    var name = ""
    /// The console's word for its operating system, where it gave one.
    var osType: String?
    /// The console's groups that it belongs to, by name; nil where the console did not say.
    var groups: [String]?
    /// The sensor's own id, which the isolation commands name it by.
    var pylumID: String?

    /// Since when it is wanted without an answer; nil while nobody waits for one.
    var wantedSince: ContinuousClock.Instant?

    /// How often asking has failed since the last answer, how the last time, and when to ask again.
    var failures = 0
    var failure: String?
    var retryAt: ContinuousClock.Instant?
    /// Whether it fails until a person has changed something about our account.
    var needsPerson = false

    /// The answer, if it is not too old to act on.
    func answer(at now: ContinuousClock.Instant, within limit: Duration) -> Answer? {
        guard let answeredAt, answeredAt.duration(to: now) < limit else { return nil }
        return answer
    }
}
