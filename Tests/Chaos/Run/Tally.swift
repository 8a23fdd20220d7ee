import Synchronization

/// What a run has done so far, and what went wrong beside the judge's matters.
final class Tally: Sendable {
    struct Numbers: Sendable {
        var kills = 0
        var stops = 0
        /// Processes that killed themselves, because a request of theirs had stalled.
        var selfKills = 0
        /// Processes that gave up because Kafka or the console was away at their start.
        var givenUp = 0
        var brokerRestarts = 0
        /// From a new start to readiness, where Kafka was there all the time, and where it was not.
        var worstResume = Duration.zero
        var worstResumed = ""
        var worstInOutage = Duration.zero
        var outageUntil = ContinuousClock.now
        var resumes = 0
        /// How often each fault struck.
        var faults: [(name: String, struck: Int)] = []
        /// What the person on call could not decide, of what was parked last.
        var undecided: Int?
        var problems: [String] = []
    }

    private let numbers = Mutex(Numbers())

    var now: Numbers { numbers.withLock { $0 } }

    func killed() { numbers.withLock { $0.kills += 1 } }
    func struck(_ faults: [(name: String, struck: Int)]) { numbers.withLock { $0.faults = faults } }
    func leftUndecided(_ count: Int) { numbers.withLock { $0.undecided = count } }
    func stopped() { numbers.withLock { $0.stops += 1 } }
    func endedItself(_ name: String) { numbers.withLock { $0.selfKills += 1 } }
    func gaveUp(_ name: String) { numbers.withLock { $0.givenUp += 1 } }

    /// The broker is away, or was until now.
    func brokerIsAway(isOver: Bool) {
        numbers.withLock { numbers in
            if isOver { numbers.brokerRestarts += 1 }
            numbers.outageUntil = isOver ? .now : .now + .seconds(600)
        }
    }

    func resumed(_ name: String, after time: Duration) {
        numbers.withLock { numbers in
            numbers.resumes += 1
            guard ContinuousClock.now - time > numbers.outageUntil else {
                numbers.worstInOutage = max(numbers.worstInOutage, time)
                return
            }
            guard time > numbers.worstResume else { return }
            numbers.worstResume = time
            numbers.worstResumed = name
        }
    }

    /// Something that is a failure of the run in itself, such as a crash that nobody caused.
    func problem(_ words: String) { numbers.withLock { $0.problems.append(words) } }
}
