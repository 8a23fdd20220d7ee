import HTTPClient
public import JSON
import Synchronization

/// How far the console's clock is from ours, by the `Date` header of its answers.
public final class ConsoleClock: Sendable {
    /// One reading.
    public struct Reading: Sendable, Equatable {
        /// The console's time less ours; positive when the console is ahead. Good to about a second, for the header has
        /// whole seconds, plus half of the round trip.
        public let difference: Duration
        /// When it was read, in our time.
        public let at: Timestamp
    }

    private let latest = Mutex<Reading?>(nil)

    /// The latest reading, nil before the first answer with a date.
    public var reading: Reading? { latest.withLock { $0 } }

    func note(_ response: HTTPResponse, sent: Timestamp, received: Timestamp) {
        guard let theirs = response.headers.first("Date").flatMap(HTTPDate.parse) else { return }
        let middle = sent.milliseconds + (received.milliseconds - sent.milliseconds) / 2
        // The header is cut to whole seconds: on average the console is half a second further.
        let difference = Duration.milliseconds(theirs.milliseconds + 500 - middle)
        latest.withLock { $0 = Reading(difference: difference, at: received) }
    }
}
