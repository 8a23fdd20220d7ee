/// Keeps retries a small share of all requests: when everything fails, repeating everything only adds to the load.
public struct RetryBudget: Sendable, Equatable {
    private let most: Double
    private let share: Double
    private var tokens: Double

    /// A full budget.
    ///
    /// - Parameters:
    ///   - burst: so many retries may follow each other without any new request.
    ///   - share: retries allowed for each request, 0.1 for one in ten.
    public init(burst: Int = 10, share: Double = 0.1) {
        most = Double(max(1, burst))
        self.share = share
        tokens = most
    }

    /// Counts a first attempt.
    public mutating func earn() {
        tokens = min(most, tokens + share)
    }

    /// Takes one retry out of the budget; false when it is used up.
    public mutating func spend() -> Bool {
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
