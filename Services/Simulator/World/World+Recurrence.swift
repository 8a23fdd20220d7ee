/// What comes again and again, and goes.
extension World {
    /// Checks that it can come, and has it come from its next time on.
    mutating func begin(_ recurrence: Recurrence) throws(ScenarioError) {
        var trial = self
        try trial.come(recurrence, number: 0)
        let next = (recurrence.number(at: now) + 1) * recurrence.everyMs
        schedule(ScheduledChange(at: next, change: .recurs(recurrence)))
    }

    /// Its time has come: adds what comes, and says when that goes and when the next comes.
    mutating func recur(_ recurrence: Recurrence) {
        let number = recurrence.number(at: now)
        // What was checked at the beginning can only fail where something that it names is gone by now.
        if let gone = try? come(recurrence, number: number), let keepMs = recurrence.keepMs {
            schedule(ScheduledChange(at: now + keepMs, change: .vanishes(gone)))
        }
        schedule(ScheduledChange(at: (number + 1) * recurrence.everyMs, change: .recurs(recurrence)))
    }

    @discardableResult
    private mutating func come(_ recurrence: Recurrence, number: Int64) throws(ScenarioError) -> Passing {
        let contents = try recurrence.contents(number: number)
        try add(contents)
        return Passing(contents)
    }

    /// Takes what has come away again: the console does not know it any more.
    mutating func vanish(_ passing: Passing) {
        let ids = forget(names: passing.names)
        for id in ids { graph.remove(id) }
        malops.removeAll { ids.contains($0.id) }
        behaviours.removeAll { passing.behaved.contains($0.target) }
        for key in passing.reputations { reputations[key] = nil }
    }
}

/// What of a scenario's contents is only there for a while.
struct Passing: Sendable {
    /// The names by which its elements and malops are referred to, by their type.
    var names: [(type: String, handle: String)]
    var behaved: Set<String>
    var reputations: [String]

    init(_ contents: ScenarioContents) {
        names = contents.drafts.map { ($0.type, $0.handle) } + contents.malops.map { ($0.type, $0.handle) }
        behaved = Set(contents.behaviours.map(\.target))
        reputations = contents.reputations.flatMap(\.keys)
    }
}
