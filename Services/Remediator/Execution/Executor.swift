import Cybereason
import JSON
import Model
import Pipeline
import Policy
import Runtime

/// Drives every open request of the ledger that this instance owns to the point where the console has it, or it has
/// ended without.
///
/// What is to be done next is decided by a ``RequestCourse`` for each request; here it is carried out. The courses are
/// looked at when the ledger, the ownership, the halt switch or the knowledge of machines changes, and when a time that
/// one of them has named has come.
actor Executor: Component {
    nonisolated let name = "executor"

    let ledger: LedgerLog
    let ownership: Ownership
    let control: @Sendable () -> ControlWatch.Signal
    let console: any ResponseConsole
    let rules: ExecutionRules
    let policy: @Sendable () -> PolicyInForce
    let logger: Logger
    let metrics: ExecutorMetrics

    var courses: [String: RequestCourse] = [:]
    /// Requests with a step under way. They are looked at again when it has ended.
    var busy: Set<String> = []
    /// Requests that may be sent when one that is on its way has ended: what was accepted first goes first.
    private var queue = Agenda<Timestamp>()
    private var posting = 0
    var machines = MachineBoard()
    /// Requests that wait for an answer about machines.
    var asking = MachineAskers()
    /// How often in a row a fact of each request did not count, or could not be written.
    var setbacks: [String: Pipeline.Backoff] = [:]
    /// How often a request was looked at.
    private(set) var looks = 0

    /// How the halt switch was when requests were looked at, since it was last compared.
    private var signals: Set<ControlWatch.Signal> = []
    private var deadlines = Agenda<ContinuousClock.Instant>()
    private var timer: (at: ContinuousClock.Instant, task: Task<Void, Never>)?
    private var tasks: [UInt64: Task<Void, Never>] = [:]
    private var lastTask: UInt64 = 0
    private var isStopping = false
    private var idle: [CheckedContinuation<Void, Never>] = []

    /// How often the halt switch and its freshness are looked at.
    private static let tick = Duration.milliseconds(500)

    init(
        ledger: LedgerLog, ownership: Ownership, control: @escaping @Sendable () -> ControlWatch.Signal,
        console: any ResponseConsole, rules: ExecutionRules, policy: @escaping @Sendable () -> PolicyInForce,
        logger: Logger, metrics: ExecutorMetrics
    ) {
        self.ledger = ledger
        self.ownership = ownership
        self.control = control
        self.console = console
        self.rules = rules
        self.policy = policy
        self.logger = logger
        self.metrics = metrics
    }

    // MARK: - Running

    func run() async throws {
        let changes = ledger.changes()
        start { executor in await executor.watchControl() }
        lookAtAll()
        for await changed in changes { look(at: changed) }
    }

    /// Begins nothing more, and waits for what is on its way. What does not end in time is cut off: its fate is written
    /// as uncertain if there is still time for that, and else found out after the next start.
    func stop() async {
        isStopping = true
        timer?.task.cancel()
        if posting == 0 { cancelAll() }
        await settle(within: StopTime.share(atMost: .seconds(12), leaving: .seconds(6)))
        cancelAll()
        await settle(within: StopTime.share(atMost: .seconds(3), leaving: .seconds(3)))
    }

    private func cancelAll() {
        for task in tasks.values { task.cancel() }
    }

    /// The partitions of this instance have changed.
    func ownershipChanged() { lookAtAll() }

    /// Another policy holds from now on.
    func policyChanged() { lookAtAll() }

    /// Waits until nothing is under way, but no longer than the limit.
    func settle(within limit: Duration) async {
        guard !tasks.isEmpty else { return }
        let alarm = Task {
            do {
                try await Task.sleep(for: limit)
                self.stopWaiting()
            } catch {
                // All has ended before. Whoever waits now waits for something else.
            }
        }
        await withCheckedContinuation { idle.append($0) }
        alarm.cancel()
    }

    private func stopWaiting() {
        for waiter in idle { waiter.resume() }
        idle = []
    }

    /// Does work beside the looking.
    func start(_ work: @escaping @Sendable (isolated Executor) async -> Void) {
        lastTask += 1
        let id = lastTask
        tasks[id] = Task {
            await work(self)
            self.ended(id)
        }
    }

    private func ended(_ id: UInt64) {
        tasks[id] = nil
        if tasks.isEmpty { stopWaiting() }
    }

    /// Looks again at everything when the switch is not as it was when requests were looked at last.
    private func watchControl() async {
        var last = control()
        while !isStopping {
            try? await Task.sleep(for: Self.tick)
            let signal = control()
            // Who halted or allowed it is told by whatever reads the switch.
            if signal == .unknown, last != .unknown {
                logger.warning("the halt switch cannot be read: nothing is sent")
            } else if signal != .unknown, last == .unknown {
                logger.warning("the halt switch can be read again", ["halted": .bool(signal != .clear)])
            }
            last = signal
            // It may have changed there and back between two ticks, and someone may have seen it in between.
            let isOutdated = signals.contains { $0 != signal }
            signals = [signal]
            if isOutdated { lookAtAll() }
        }
    }

    // MARK: - Looking

    func lookAtAll() { look(at: ledger.open) }

    func look(at ids: some Sequence<String>) {
        guard !isStopping else { return }
        for id in ids { consider(id) }
        lookedEnough()
    }

    private func lookedEnough() {
        askForMachines()
        arm()
    }

    private func consider(_ id: String) {
        guard !busy.contains(id) else { return }
        looks += 1
        deadlines[id] = nil
        asking.remove(id)
        queue[id] = nil
        guard let entry = ledger.entry(id), entry.request.phase != .ended else {
            courses[id] = nil
            setbacks[id] = nil
            return
        }
        guard ownership.owns(id) else { return }
        let course = courses[id] ?? RequestCourse(rules: rules)
        courses[id] = course
        let around = circumstances(of: entry.request)
        carryOut(course.next(entry, around), entry, around.policy)
    }

    func circumstances(of request: LedgerRequest) -> Circumstances {
        let signal = control()
        signals.insert(signal)
        let policy = policy()
        return Circumstances(
            now: .now, wall: .now(), writer: ledger.writer, control: signal,
            clockDifference: console.clockDifference, conflict: ledger.conflict(for: request),
            fulfilment: ledger.fulfilment(of: request), machines: machines.readings, policy: policy,
            excess: ledger.excess(of: request, under: policy.policy.caps.rates, at: .now()))
    }

    private func carryOut(_ step: RequestCourse.Step, _ entry: LedgerLog.Entry, _ policy: PolicyInForce) {
        let id = entry.request.id
        switch step {
        case .rest(let until): deadlines[id] = until
        case .append(let draft): begin(id) { await $0.write(draft, entry.request) }
        case .ask(let ids, let limit):
            machines.want(ids)
            asking.add(id, asking: ids)
            deadlines[id] = limit
        case .look(let malop): begin(id) { await $0.lookUp(malop, entry) }
        case .see(let targets): begin(id) { await $0.see(targets, entry) }
        case .identify(let targets): begin(id) { await $0.identify(targets, entry.request) }
        case .fire(let attempt):
            guard posting < rules.concurrentPosts else {
                queue[id] = entry.request.acceptedAt
                return
            }
            posting += 1
            courses[id]?.begin(attempt: attempt, at: .now)
            begin(id) { await $0.fire(attempt, entry.request, under: policy) }
        }
    }

    /// Carries out one step of a request; no other begins before it has ended.
    private func begin(_ id: String, _ work: @escaping @Sendable (isolated Executor) async -> Void) {
        busy.insert(id)
        start { executor in
            await work(executor)
            executor.busy.remove(id)
            executor.look(at: CollectionOfOne(id))
        }
    }

    /// Lets the next requests go, as many as there is room for.
    func postEnded() {
        posting -= 1
        guard !isStopping else { return }
        while posting < rules.concurrentPosts, let id = queue.popFirst() { consider(id) }
        lookedEnough()
    }

    // MARK: - Time

    /// Sets the one timer to the nearest deadline.
    private func arm() {
        guard let nearest = deadlines.first else { return }
        if let timer, timer.at <= nearest { return }
        timer?.task.cancel()
        let task = Task {
            do {
                try await Task.sleep(until: nearest, clock: .continuous)
                self.ring()
            } catch {
                // Replaced by an earlier one, or stopped.
            }
        }
        timer = (nearest, task)
    }

    private func ring() {
        timer = nil
        let now = ContinuousClock.now
        var due: [String] = []
        while let id = deadlines.popFirst(upTo: now) { due.append(id) }
        look(at: due)
    }
}
