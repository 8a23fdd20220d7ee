internal import Cybereason
internal import JSON
internal import Model

/// What the detector knows: which revisions are published, and which malops need no second look.
struct DetectionBook: Sendable {
    /// A malop that was looked at and is too old to matter.
    private struct Settled: Sendable {
        let statuses: Set<String>
        let lookedAt: Timestamp
    }

    let lookback: Duration
    let overlap: Duration

    /// How long a malop that was too old is left alone, as long as its row stays the same.
    static let settledFor = Duration.seconds(3600)

    private var published: Set<String> = []
    private var settled: [String: Settled] = [:]

    /// The newest start that a whole answer allowed; nil if nothing says that there was one.
    private var resume: Timestamp?

    /// When the first search began, as far as is known.
    private var firstSearch: Timestamp

    /// What happened before it is of no interest, or published.
    var start: Timestamp { resume ?? firstSearch - lookback }

    init(now: Timestamp, lookback: Duration, overlap: Duration) {
        self.lookback = lookback
        self.overlap = overlap
        firstSearch = now
    }

    /// Takes over what was published before, by whichever instance.
    ///
    /// When it was published says nothing of where to go on: others of the same answer may have been still to come. Each
    /// detection therefore carries the start that was valid then. One from the future, of a host whose clock was wrong,
    /// would hide what happened since.
    mutating func remember(_ detection: Detection, now: Timestamp) {
        published.insert(detection.detectionId)
        firstSearch = min(firstSearch, detection.detectedAt)
        guard let carried = detection.resumeFrom, carried <= now else { return }
        resume = max(resume ?? carried, carried)
    }

    /// Whether this revision was published. Once all of it was, no part of it is news.
    func knows(_ detection: Detection) -> Bool {
        published.contains(detection.detectionId) || published.contains(detection.completeID)
    }

    /// Marks a revision as published, without moving the start: the answer may have been a partial one.
    mutating func markPublished(_ detection: Detection) { published.insert(detection.detectionId) }

    /// Whether a row needs its details now.
    func needsDetails(_ row: FailedProtectionRow, now: Timestamp) -> Bool {
        guard let settled = settled[row.malopID] else { return true }
        return settled.statuses != Set(row.decisionStatuses) || now - Self.settledFor > settled.lookedAt
    }

    /// Whether a malop last changed before the start. One without times is never too old.
    func isTooOld(_ details: MalopDetails) -> Bool {
        guard let changed = details.lastUpdateTime ?? details.creationTime else { return false }
        return changed < start
    }

    /// Leaves a malop alone for a while.
    mutating func settle(_ row: FailedProtectionRow, now: Timestamp) {
        settled[row.malopID] = Settled(statuses: Set(row.decisionStatuses), lookedAt: now)
    }

    /// Ends a poll. Only an answer that was whole moves the start forward; what is not in it any more is forgotten.
    mutating func finishPoll(whole: Bool, begunAt: Timestamp, rows: [FailedProtectionRow]) {
        guard whole else { return }
        resume = max(start, begunAt - overlap)
        let present = Set(rows.map(\.malopID))
        settled = settled.filter { present.contains($0.key) }
    }
}
