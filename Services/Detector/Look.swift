internal import Cybereason
internal import JSON

/// A look at a malop's details that found all that the console knew, and how long it holds.
struct Look: Sendable {
    /// How long a malop that was too old to matter is left alone.
    static let periodOfOld = Duration.seconds(3600)

    /// When the details were asked for.
    let at: Timestamp

    private let name: String
    private let statuses: Set<String>
    private let period: Int64
    private let phase: Int64

    /// - Parameter period: The longest time that the look holds; zero if it does not hold at all.
    init(_ row: FailedProtectionRow, at: Timestamp, period: Duration) {
        self.at = at
        name = row.displayName
        statuses = Set(row.decisionStatuses)
        self.period = Int64(max(0, period / .milliseconds(1)))
        phase = Self.phase(of: row.malopID, in: self.period)
    }

    /// Whether the malop has to be looked at again: its row says something else, or its turn has come.
    func isOver(_ row: FailedProtectionRow, now: Timestamp) -> Bool {
        name != row.displayName || statuses != Set(row.decisionStatuses) || period == 0 || turn(at: now) != turn(at: at)
    }

    /// Time is cut into turns of one period, for each malop from another point on: all malops that one poll looked at
    /// are not due again at one moment, and yet none is left alone for longer than a period.
    private func turn(at time: Timestamp) -> Int64 { (time.milliseconds + phase) / period }

    /// Somewhere in the period, for a malop always the same.
    private static func phase(of malopID: String, in period: Int64) -> Int64 {
        guard period > 0 else { return 0 }
        // FNV-1a; the ids of one console differ in their last digits only, which its low bits tell apart well.
        let hash = malopID.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int64(hash % UInt64(period))
    }
}
