internal import Cybereason
internal import JSON
internal import Model

/// How long answers of threat intelligence hold.
struct ReputationTerms: Sendable {
    /// The shortest and the longest time that an answer is kept, whatever it says itself.
    var bounds = Duration.seconds(300)...Duration.seconds(86_400)

    /// The longest time that an unknown indicator is kept: it may become known any minute.
    var unknown = Duration.seconds(900)

    /// What an answer means.
    func reputation(of indicator: Indicator, _ classification: Classification, at now: Timestamp) -> Reputation {
        var reputation = Reputation()
        reputation.indicator = indicator
        reputation.verdict = Verdict(classification: classification.type)
        reputation.classification = classification.type
        reputation.source = classification.source
        reputation.link = classification.link
        reputation.firstSeen = classification.firstSeen
        reputation.checkedAt = now
        reputation.expiresAt = now + time(classification.timeToLive, reputation.verdict)
        return reputation
    }

    /// What it means that a whole answer says nothing of an indicator, again and again: threat intelligence does not know
    /// it. The vendor documents that an answer may hold fewer items than were asked for, and not what that means.
    func silence(about indicator: Indicator, at now: Timestamp) -> Reputation {
        var reputation = Reputation()
        reputation.indicator = indicator
        reputation.verdict = .unknown
        reputation.checkedAt = now
        reputation.expiresAt = now + time(unknown, .unknown)
        return reputation
    }

    private func time(_ said: Duration, _ verdict: Verdict) -> Duration {
        let bounded = min(max(said, bounds.lowerBound), bounds.upperBound)
        return verdict == .unknown ? min(bounded, unknown) : bounded
    }
}
