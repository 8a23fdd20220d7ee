/// How far the clocks of others may be from this host's. Pure.
enum ClockFindings {
    /// Further off than this the remediator sends nothing.
    static let tolerance = Duration.seconds(30)
    /// Further off than this something is wrong with a clock.
    private static let usual = Duration.seconds(5)

    /// The console's time less ours, good to about a second.
    static func console(_ difference: Duration?) -> Finding {
        guard let difference else {
            return Finding(
                .warn, "clocks", "the console does not tell its time, so nobody can say whether ours is right")
        }
        let seconds = abs(difference.components.seconds)
        let side = difference < .zero ? "behind" : "ahead of"
        let words = "the console's clock is \(seconds) s \(side) this host's"
        guard difference.magnitude <= tolerance else {
            return Finding(
                .fail, "clocks", "\(words): beyond 30 s nothing is sent. Set the wrong one right, by NTP or chrony")
        }
        guard difference.magnitude <= usual else {
            return Finding(.warn, "clocks", "\(words); beyond 30 s nothing is sent. Is NTP or chrony at work on both?")
        }
        return Finding(.ok, "clocks", "the console's clock and this host's agree, to about a second")
    }

    /// Whether Kafka has stamped a record later than it is here, with the tolerance.
    static func kafka(isBehind: Bool) -> Finding {
        isBehind
            ? Finding(
                .fail, "clocks",
                "Kafka has stamped facts more than 30 s later than it is here: this host's clock is behind, or the"
                    + " broker's ahead. Set the wrong one right, by NTP or chrony")
            : Finding(.ok, "clocks", "no fact in Kafka is of later than now")
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
