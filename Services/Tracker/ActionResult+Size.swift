internal import JSON
internal import Model

/// What is said of thousands of actions must not be larger than what Kafka takes, or the end of their request would
/// never be told.
extension [ActionResult] {
    /// Whether they are small enough, whatever is said of them.
    fileprivate var areFew: Bool { count <= 100 }

    /// Without the console's words, which are most of it.
    fileprivate var withoutWords: Self {
        map { ActionResult($0.target, state: $0.state) }
    }

    /// As much as may be sent: all of it, or without the console's words, or nothing.
    func fitting(_ limit: Int = RemediationResult.largest) -> Self? {
        guard !areFew else { return self }
        return [self, withoutWords].first { $0.size <= limit }
    }

    fileprivate var size: Int { reduce(0) { $0 + $1.json().count + 1 } }
}

extension RemediationResult {
    /// The most bytes that are sent, below the limit of a topic that has Kafka's default, with room for headers.
    static let largest = 1_000_000

    /// The result itself, or as much of it as may be sent; its detail says what is missing.
    func fitting(_ limit: Int = largest) -> RemediationResult {
        actions.areFew || json().count <= limit ? self : shrunk(limit)
    }

    private func shrunk(_ limit: Int) -> RemediationResult {
        var copy = self
        copy.actions = actions.withoutWords
        guard copy.json().count > limit else { return copy }
        let all = copy.actions
        copy.actions = []
        var room = limit - copy.json().count - 200
        for action in all {
            room -= action.json().count + 1
            guard room > 0 else { break }
            copy.actions.append(action)
        }
        let words = "\(all.count - copy.actions.count) of \(all.count) actions left out for their size"
        copy.detail = detail.map { "\($0); \(words)" } ?? words
        return copy
    }
}
