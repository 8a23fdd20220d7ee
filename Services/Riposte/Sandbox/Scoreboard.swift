internal import Kafka
internal import Model

/// What has come of a play so far, held against what was expected.
struct Scoreboard: Sendable {
    /// What is known of one request.
    struct Seen: Sendable {
        var newest: RemediationResult

        /// Every reason that a result of it gave.
        var reasons: Set<Reason> = []
    }

    /// One line of the summary.
    struct Row: Sendable, Equatable {
        /// The request's id, as far as it is known.
        var request: String?
        var what: String
        var expected: String
        var actual: String
        var isDone: Bool
        var isAsExpected: Bool
    }

    private let play: Play
    private var requests: [String: Seen] = [:]
    private var places: [String: RecordPosition] = [:]
    private var asked: [String: Int] = [:]
    private var enriched: Set<String> = []
    private var undos: [String: RemediationRequest] = [:]
    private var buried: Set<String> = []

    /// What went wrong that no expectation is about.
    private(set) var problems: [String] = []

    init(_ play: Play) { self.play = play }

    /// A request from outside stands there.
    mutating func published(_ name: String, at place: RecordPosition) { places[name] = place }

    mutating func take(_ detection: EnrichedDetection) {
        if detection.complete { enriched.insert(detection.detection.malopId) }
    }

    mutating func take(_ request: RemediationRequest) {
        if let malop = request.malopId { asked[malop, default: 0] += 1 }
    }

    mutating func take(_ result: RemediationResult) {
        var seen = requests[result.requestId] ?? Seen(newest: result)
        if result.version >= seen.newest.version { seen.newest = result }
        if let reason = result.reason { seen.reasons.insert(reason) }
        requests[result.requestId] = seen
    }

    /// Takes a dead letter; whether it is one that was expected. One that is delivered again is no other one.
    mutating func take(_ letter: DeadLetter) -> Bool {
        guard let stray = play.strayDecisions?.first(where: { $0.isSubject(of: letter) }) else { return false }
        buried.insert(stray.requestId)
        return true
    }

    /// What is to be asked for now that this result has come: the undo of a request whose end is verified, as
    /// `riposte undo` asks for it.
    mutating func undo(_ result: RemediationResult) -> RemediationRequest? {
        guard result.state.isEnd, result.verification == .verified else { return nil }
        let name = play.expect.lazy.compactMap(\.undoOf).first { name in
            undos[name] == nil && id(ofRequest: name) == result.requestId
        }
        guard let name, let step = UndoPlan(result, by: Self.person, reason: nil).steps.first else { return nil }
        var request = step.request
        request.requestId = step.ids.first
        undos[name] = request
        return request
    }

    /// Who undoes.
    private static let person = "k.adeyemi@northwind.example"

    /// Something happened that should not have.
    mutating func note(_ problem: String) { problems.append(problem) }
}

extension Scoreboard {
    /// Whether everything that was expected has come, be it well or badly.
    var isComplete: Bool { rows.allSatisfy(\.isDone) }

    /// What is still missing.
    var missing: [String] { rows.filter { !$0.isDone }.map { "\($0.what): \($0.actual)" } }

    /// What was expected and what came of it, then what came unexpected.
    var rows: [Row] {
        var rows = play.expect.map(row)
        rows += play.quiet.map(row)
        rows += (play.strayDecisions ?? []).map(row)
        let known = Set(play.expect.compactMap(id))
        for (id, seen) in requests.sorted(by: { $0.key < $1.key }) where !known.contains(id) {
            rows.append(
                Row(
                    request: id, what: "nobody expected this request", expected: "-",
                    actual: seen.newest.state.rawValue,
                    isDone: true, isAsExpected: false))
        }
        return rows
    }

    /// What the console must have been asked for, and nothing else.
    var expectedPosts: [Post] {
        play.expect.filter(\.end.wasSent).compactMap { expectation in
            if let planned = expectation.planned { return Post(malopId: planned.malopId, actions: [planned.target]) }
            if let name = expectation.undoOf { return undos[name].map(Post.init) }
            guard let name = expectation.request, let request = play.request(name), let asked = play.asked(request)
            else { return nil }
            return Post(asked)
        }
    }

    /// Whether all is as it was expected, with what the console says that it was asked for.
    func isAsExpected(journal: [Post]) -> Bool {
        let (missing, unexpected) = Post.differences(expected: expectedPosts, made: journal)
        return problems.isEmpty && missing.isEmpty && unexpected.isEmpty && rows.allSatisfy(\.isAsExpected)
    }

    private func row(_ expectation: Play.Expectation) -> Row {
        let id = id(expectation)
        let through = expectation.through ?? []
        var row = Row(
            request: id, what: expectation.what, expected: expectation.end.rawValue, actual: "no result", isDone: false,
            isAsExpected: false)
        guard let seen = id.flatMap({ requests[$0] }) else { return row }
        let state = seen.newest.state
        row.actual = state.rawValue
        row.isDone = state.isEnd
        row.isAsExpected = state == expectation.end && seen.reasons.isSuperset(of: through)
        let skipped = through.filter { !seen.reasons.contains($0) }
        if state.isEnd, !skipped.isEmpty {
            row.what += " (was never \(skipped.map(\.rawValue).joined(separator: ", ")))"
        }
        return row
    }

    private func row(_ quiet: Play.Quiet) -> Row {
        let isLookedInto = enriched.contains(quiet.malopId)
        let count = asked[quiet.malopId] ?? 0
        return Row(
            request: nil, what: quiet.what, expected: "no request",
            actual: count > 0 ? "\(count) requests" : isLookedInto ? "no request" : "no verdicts",
            isDone: isLookedInto, isAsExpected: isLookedInto && count == 0)
    }

    private func row(_ stray: Play.StrayDecision) -> Row {
        let isBuried = buried.contains(stray.requestId)
        return Row(
            request: stray.requestId, what: stray.what, expected: "dead letter",
            actual: isBuried ? "dead letter" : "nothing", isDone: isBuried, isAsExpected: isBuried)
    }

    /// The id under which results speak of it. An outsider who gave no id finds its results by the place of its record.
    private func id(_ expectation: Play.Expectation) -> String? {
        if let planned = expectation.planned {
            return RemediationRequest.plannedID(malopId: planned.malopId, target: planned.target)
        }
        if let name = expectation.undoOf { return undos[name]?.requestId }
        return expectation.request.flatMap(id(ofRequest:))
    }

    private func id(ofRequest name: String) -> String? {
        guard let request = play.request(name) else { return nil }
        if let own = play.asked(request)?.requestId { return own }
        guard let place = places[name] else { return nil }
        return requests.first { _, seen in
            guard let source = seen.newest.source else { return false }
            return source.topic == place.topic && source.partition == Int(place.partition)
                && source.offset == place.offset
        }?.key
    }
}

extension RequestState {
    /// Whether a request that ended so was sent to the console.
    var wasSent: Bool {
        switch self {
        case .succeeded, .partial, .failed, .aborted, .timedOut, .unknown: true
        default: false
        }
    }
}
