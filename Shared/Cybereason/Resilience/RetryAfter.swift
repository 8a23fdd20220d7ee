import JSON

/// The `Retry-After` header: whole seconds, or a date (RFC 9110, 10.2.3).
enum RetryAfter {
    /// How long to wait, nil when the value is neither form. A date in the past is no wait at all.
    ///
    /// - Parameters:
    ///   - value: the header's value.
    ///   - now: the sender's own time where its `Date` header gives it, else ours.
    ///   - longest: the longest wait that is believed.
    static func wait(_ value: String, now: Timestamp, longest: Duration = .seconds(300)) -> Duration? {
        let text = value.filter { $0 != " " && $0 != "\t" }
        if !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            guard text.utf8.count <= 9, let seconds = Int64(text) else { return longest }
            return min(.seconds(seconds), longest)
        }
        guard let date = HTTPDate.parse(value) else { return nil }
        let milliseconds = max(0, date.milliseconds - now.milliseconds)
        return min(.milliseconds(milliseconds), longest)
    }
}
