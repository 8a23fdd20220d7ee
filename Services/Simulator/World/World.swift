/// Everything that the two servers know, as one value: requests and the passing of time change it, nothing else does.
///
/// It has neither sockets nor a clock. Whoever owns it says what time it is (milliseconds since 1970) with every call.
struct World: Sendable {
    let console: ConsoleSwitches
    let intelligence: IntelligenceSwitches
    var users: [ConsoleUser]
    var graph = ElementGraph()
    var malops: [Malop] = []
    var sessions: SessionBook
    var pager = Pager()
    private(set) var runs: [String: RemediationRun] = [:]
    /// The ids of the runs in the order in which they were accepted.
    var runOrder: [String] = []
    private(set) var openRuns: Set<String> = []
    private var due = DueQueue()
    /// How often each target was acted on, by target and action.
    var attempts: [String: Int] = [:]
    var behaviours: [TargetBehaviour] = []
    var reputations: [String: Reputation] = [:]
    /// Isolation commands that wait for their machine, with what it shall become.
    var primed: [ElementID: Bool] = [:]
    var journal = Journal()
    var faults = FaultBook()
    var counters = RequestCounters()
    var random: SplitMix
    var consoleQuota = Quota()
    var intelligenceQuota = Quota()
    private var resolver = ContentsResolver()
    private var scheduled: [ScheduledChange] = []
    private(set) var now: Int64

    /// - Throws: ``ScenarioError`` if a reference of the scenario leads nowhere.
    init(_ scenario: Scenario, now: Int64) throws(ScenarioError) {
        console = scenario.console
        intelligence = scenario.intelligence
        users = scenario.users
        sessions = SessionBook(lifetimeMs: scenario.console.sessionLifetimeMs)
        random = SplitMix(seed: scenario.seed ?? .random(in: .min ... .max))
        self.now = now
        faults.replace(scenario.faults, now: now)
        try add(scenario.contents)
    }

    /// Adds to the world; the times in `contents` are counted from now.
    mutating func add(_ contents: ScenarioContents) throws(ScenarioError) {
        var resolver = resolver
        let resolved = try resolver.resolve(contents, start: now, switches: console.query)
        self.resolver = resolver
        for element in resolved.elements { graph.insert(element) }
        scheduled = (scheduled + resolved.changes).sorted { $0.at < $1.at }
        behaviours = contents.behaviours + behaviours
        for reputation in contents.reputations {
            for key in reputation.keys { reputations[key] = reputation }
        }
        for recurrence in contents.recurrences { try begin(recurrence) }
        advance(to: now)
    }

    mutating func schedule(_ change: ScheduledChange) {
        let place = scheduled.firstIndex { $0.at > change.at } ?? scheduled.endIndex
        scheduled.insert(change, at: place)
    }

    /// Nothing is referred to by these names any more; gives what they stood for.
    mutating func forget(names: [(type: String, handle: String)]) -> Set<ElementID> { resolver.forget(names) }

    /// The behaviour of an action on a target: the first that the scenario names for it, else the general one.
    func behaviour(of action: String, on target: ElementID) -> RemediationBehaviour {
        let base = console.remediation.behaviour
        let named = behaviours.first { behaviour in
            guard behaviour.action == nil || behaviour.action == action else { return false }
            return GUID(behaviour.target) == target.guid || resolver.findAny(behaviour.target) == target
        }
        return named?.over(base) ?? base
    }

    /// Lets time pass: what is due by then happens, in its order. Time never goes back.
    mutating func advance(to time: Int64) {
        while let next = nextDue, next <= time {
            now = max(now, next)
            applyScheduled()
            while let id = due.pop(due: now) { advanceRun(id) }
        }
        now = max(now, time)
    }

    private var nextDue: Int64? {
        [due.first, scheduled.first?.at].compactMap(\.self).min()
    }

    /// Keeps a remediation as it is now, and notes when it goes on.
    mutating func store(_ run: RemediationRun) {
        runs[run.id] = run
        if let at = run.dueAt { due.push(run.id, at: at) }
        if run.hasEnded { openRuns.remove(run.id) } else { openRuns.insert(run.id) }
    }

    private mutating func applyScheduled() {
        while let next = scheduled.first, next.at <= now {
            scheduled.removeFirst()
            apply(next.change)
        }
    }

    private mutating func apply(_ change: ScheduledChange.Change) {
        switch change {
        case .appears(let element): graph.insert(element)
        case .detected(let malop, let element): detect(malop, element)
        case .online(let machine, let isOnline): setOnline(machine, isOnline)
        case .processEnds(let process): endProcess(process)
        case .decisionStatuses(let malop, let statuses):
            setDecisionStatuses(of: malop, statuses)
        case .recurs(let recurrence): recur(recurrence)
        case .vanishes(let passing): vanish(passing)
        }
    }

    /// A malop changes, which moves its last update to now.
    mutating func setDecisionStatuses(of malop: ElementID, _ statuses: [String]) {
        graph.update(malop) { element in
            element.values["decisionStatuses"] = FeatureValue(statuses)
            element.values["lastUpdateTime"] = .one(now)
        }
        for index in malops.indices where malops[index].id == malop { malops[index].updated = now }
    }

    private mutating func detect(_ malop: Malop, _ element: Element) {
        graph.insert(element)
        malops.append(malop)
        for suspect in malop.fileSuspects + malop.processSuspects {
            graph.update(suspect.element) { element in
                element.hasMalops = true
                element.hasSuspicions = true
            }
        }
    }

    mutating func endProcess(_ process: ElementID) {
        graph.update(process) { element in
            element.values["isLiveProcess"] = .one(false)
            element.values["endTime"] = .one(now)
        }
    }

    mutating func newSessionID() -> String { random.hex(bytes: 16, uppercase: true) }
}
