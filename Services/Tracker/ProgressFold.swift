internal import Cybereason
internal import JSON
internal import Model

/// How far the actions of one request have come, as a report of the console tells.
struct Progress: Sendable, Equatable {
    /// One for each action that was asked for, in the order of the request's targets.
    var actions: [ActionResult]

    /// Lines of the log about actions that nobody asked for.
    var strays: [StatusLogEntry] = []

    /// Whether any line was about an action that was asked for, as far as can be told.
    var isRecognized = false

    /// Whether the console says that the remediation is finished.
    var isOver = false

    /// Nothing is known of any action yet.
    init(of targets: [ActionTarget]) {
        actions = targets.map { ActionResult($0, state: .pending) }
    }
}

/// Folds a remediation's log, which only grows and is one list over all machines, targets and actions.
///
/// The last line of an action counts: by its time, then by its place. The platform leaves `targetId` null at times
/// (the vendor's tutorial has it so); such a line is about every action that the rest of it fits.
struct ProgressFold: Sendable {
    private struct Line {
        let entry: StatusLogEntry
        let time: Timestamp
        let place: Int
    }

    private let targets: [ActionTarget]
    private var progress: Progress

    private init(_ targets: [ActionTarget]) {
        self.targets = targets
        progress = Progress(of: targets)
    }

    /// The progress that a report tells of these targets.
    static func fold(_ report: RemediationReport, of targets: [ActionTarget]) -> Progress {
        var fold = ProgressFold(targets)
        fold.take(report.statusLog)
        fold.progress.isOver = report.end != nil
        return fold.progress
    }

    private mutating func take(_ log: [StatusLogEntry]) {
        var shared: [[Int]: [StatusLogEntry]] = [:]
        for line in Self.ordered(log) {
            let candidates = targets.indices.filter { line.entry.fits(targets[$0]) }
            if !candidates.isEmpty { progress.isRecognized = true }
            switch candidates.count {
            case 0: progress.strays.append(line.entry)
            case 1: progress.actions[candidates[0]].take(line.entry)
            default: shared[candidates, default: []].append(line.entry)
            }
        }
        for (candidates, entries) in shared.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            settle(candidates, entries)
        }
    }

    /// Lines that fit several actions alike end them only together: when as many ends are logged as actions are open,
    /// and all of them are the same. Whichever line is about which action, it then comes to the same.
    private mutating func settle(_ candidates: [Int], _ entries: [StatusLogEntry]) {
        let open = candidates.filter { !progress.actions[$0].state.isEnd }
        let ends = entries.filter { ActionState(platformStatus: $0.status).isEnd }
        let kinds = Set(ends.map { ActionState(platformStatus: $0.status) })
        if ends.count >= open.count, kinds.count == 1, let last = ends.last {
            for index in open { progress.actions[index].take(last) }
        } else if let last = entries.last(where: { !ActionState(platformStatus: $0.status).isEnd }) {
            for index in open where progress.actions[index].platformStatus == nil {
                progress.actions[index].take(last)
            }
        }
    }

    /// By time, then by place. A line without a time stands beside the one before it.
    private static func ordered(_ log: [StatusLogEntry]) -> [Line] {
        var last = Timestamp.earliest
        let lines = log.enumerated().map { place, entry in
            last = entry.timestamp ?? last
            return Line(entry: entry, time: last, place: place)
        }
        return lines.sorted { ($0.time, $0.place) < ($1.time, $1.place) }
    }
}

extension StatusLogEntry {
    /// Whether the line may be about an action; what it leaves out fits any.
    fileprivate func fits(_ target: ActionTarget) -> Bool {
        mayBeAbout(
            machineID: target.machineId, targetID: target.targetId, actionType: target.actionType.rawValue)
    }
}

extension ActionResult {
    /// The longest of the platform's words that are kept, in characters: results must stay small enough to be sent.
    private static let longestWord = 100
    private static let longestMessage = 1000

    /// Takes over a line that is about this action.
    fileprivate mutating func take(_ entry: StatusLogEntry) {
        state = ActionState(platformStatus: entry.status)
        platformStatus = String(entry.status.prefix(Self.longestWord))
        error = entry.errorMessage.map { String($0.prefix(Self.longestMessage)) }
        errorType = entry.errorType.map { String($0.prefix(Self.longestWord)) }
        updatedAt = entry.timestamp
    }
}
