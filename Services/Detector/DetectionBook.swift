internal import Cybereason
internal import JSON
internal import Model

/// What the detector knows: which revisions are published, and which malops need no second look.
struct DetectionBook: Sendable {
    let lookback: Duration
    let overlap: Duration

    /// How long a malop is left alone at most after a look at it, as long as its row stays the same.
    let recheck: Duration

    private var published: Set<String> = []

    /// The last look at each malop that needs no other at once.
    private var looks: [String: Look] = [:]

    /// The newest start that a whole answer allowed; nil if nothing says that there was one.
    private var resume: Timestamp?

    /// When the first search began, as far as is known.
    private var firstSearch: Timestamp

    /// What happened before it is of no interest, or published.
    var start: Timestamp { resume ?? firstSearch - lookback }

    init(now: Timestamp, lookback: Duration, overlap: Duration, recheck: Duration) {
        self.lookback = lookback
        self.overlap = overlap
        self.recheck = recheck
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

    /// Whether a row needs its details now: it is new or has changed, or its malop was left alone for long enough.
    func needsDetails(_ row: FailedProtectionRow, now: Timestamp) -> Bool {
        looks[row.malopID]?.isOver(row, now: now) ?? true
    }

    /// Whether a malop last changed before the start. One without times is never too old.
    func isTooOld(_ details: MalopDetails) -> Bool {
        guard let changed = details.lastUpdateTime ?? details.creationTime else { return false }
        return changed < start
    }

    /// Asks for a malop again at the next poll, unless this look at it settles it.
    mutating func unsettle(_ row: FailedProtectionRow) { looks[row.malopID] = nil }

    /// Leaves a malop alone for a while: what it held when it was asked for is published, or too old to matter.
    mutating func settle(_ row: FailedProtectionRow, askedAt: Timestamp, isTooOld: Bool = false) {
        looks[row.malopID] = Look(
            row, at: askedAt, period: isTooOld ? max(recheck, Look.periodOfOld) : recheck)
    }

    /// Ends a poll. Only an answer that was whole moves the start forward; what is not in it any more is forgotten.
    ///
    /// Of a malop that was left alone, nothing is known since the last look at it: the start stays before that.
    mutating func finishPoll(whole: Bool, begunAt: Timestamp, rows: [FailedProtectionRow]) {
        guard whole else { return }
        let present = Set(rows.map(\.malopID))
        looks = looks.filter { present.contains($0.key) }
        let oldestLook = looks.values.map(\.at).min() ?? begunAt
        resume = max(start, min(oldestLook, begunAt) - overlap)
    }
}
