/// A limit on requests in each minute of the simulated time.
struct Quota: Sendable {
    private var minute: Int64 = -1
    private var used = 0

    /// Counts a request; returns how many seconds to wait if the minute's share is used up.
    mutating func take(limit: Int, now: Int64) -> Int64? {
        guard limit > 0 else { return nil }
        if now / 60_000 != minute {
            minute = now / 60_000
            used = 0
        }
        used += 1
        return used > limit ? 60 - now / 1000 % 60 : nil
    }
}
