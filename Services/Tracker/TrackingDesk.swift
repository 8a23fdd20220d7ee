internal import JSON
internal import Kafka
internal import Model
internal import Pipeline

/// Follows the requests that are this instance's: asks the console, writes ends to the ledger and results to the topic.
///
/// Its partitions come and go with the consumer group. Everything that it knows of a partition it has read from the
/// ledger and from the partition, and it forgets it when the partition goes.
actor TrackingDesk<Time: Clock> where Time.Duration == Duration {
    struct Settings: Sendable {
        let pace: TrackingSchedule<Time.Instant>.Pace

        /// How long after its submission a remediation may take.
        let deadline: Duration

        /// How many polls may run at the same time.
        let concurrency: Int

        /// How long what is asked for after a request's end.
        let limits: EndedRequest.Limits

        /// How often an end is looked at while it is being verified.
        var looks: TrackingSchedule<Time.Instant>.Pace {
            .init(shortest: pace.shortest, longest: pace.longest, growth: 2)
        }

        /// How often the console is asked for what it had not reported by the end.
        var latePace: TrackingSchedule<Time.Instant>.Pace {
            .init(shortest: pace.longest, longest: pace.longest * 20, growth: 2)
        }
    }

    let settings: Settings
    let ledger: LedgerLog
    let console: any RemediationConsole
    let topic: ResultTopic
    let observation: TrackingObservation
    let clock: Time

    /// This host's time or the console's, by its latest answer, whichever is behind.
    ///
    /// What it is held against are times of the broker: one clock that is ahead must not time out and abort what was sent
    /// a moment ago, so that a deadline has passed only when both say so. A time that this process has measured itself
    /// would not do, for it begins anew with each restart: either the deadline never comes, or every restart brings it.
    /// Every abort follows an answer, so the console's time is known by then; before the first one there is only the
    /// host's.
    let now: @Sendable () -> Timestamp

    let ownership = Ownership()
    var book = ResultBook()
    var schedule: TrackingSchedule<Time.Instant>
    var tracked: [String: TrackedRequest] = [:]

    /// Requests that have ended, and of which more is to be found out.
    var ended: [String: EndedRequest] = [:]
    var looks: TrackingSchedule<Time.Instant>
    var latePolls: TrackingSchedule<Time.Instant>

    /// Requests whose result may be behind.
    var unwritten: Set<String> = []
    var isWriting = false

    /// Polls that are under way, and ends on their way to the ledger.
    var polling: [Int: Task<Void, Never>] = [:]
    var looking: [Int: Task<Void, Never>] = [:]
    var ending = 0
    var lastTicket = 0
    var timer: Task<Void, Never>?

    let pollSignal = Signal()
    let writeSignal = Signal()
    private var loops: [Task<Void, Never>] = []
    private var idleWaiters: [Int: CheckedContinuation<Void, Never>] = [:]

    /// Counts assignments: what was begun for an earlier one is for nothing.
    private(set) var generation = 0
    private(set) var isEnding = false

    /// Whether it is known which partitions are this instance's, be it none, and what they hold.
    private var isAssigned = false

    /// - Parameter now: This host's clock.
    init(
        _ settings: Settings, ledger: LedgerLog, console: any RemediationConsole, topic: ResultTopic,
        observation: TrackingObservation, clock: Time, now: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.settings = settings
        self.ledger = ledger
        self.console = console
        self.topic = topic
        self.observation = observation
        self.clock = clock
        self.now = { now() + min(.zero, console.clockDifference ?? .zero) }
        schedule = TrackingSchedule(settings.pace)
        looks = TrackingSchedule(settings.looks)
        latePolls = TrackingSchedule(settings.latePace)
    }

    // MARK: - Life

    /// Begins to work, without any partition at first.
    func begin() {
        let changes = ledger.changes()
        loops = [
            Task { for await ids in changes { changed(ids) } },
            Task { for await _ in pollSignal.wakeUps { askConsole() } },
            Task { for await _ in writeSignal.wakeUps { await writeAll() } },
        ]
    }

    /// Ends the work: polls are given up, what is on its way to Kafka may arrive.
    func end(within limit: Duration) async {
        isEnding = true
        timer?.cancel()
        for task in [Task](polling.values) + looking.values { task.cancel() }
        await idle(within: limit)
        pollSignal.end()
        writeSignal.end()
        for loop in loops { loop.cancel() }
    }

    // MARK: - Partitions

    /// Takes partitions over: reads what was written, then does what is behind the ledger.
    func assign(_ partitions: [Int32]) async {
        generation += 1
        let mine = generation
        release()
        var backoff = Backoff(limit: .seconds(2))
        while generation == mine, !isEnding {
            do {
                // Asked each time: the topic may have got more partitions since.
                let count = try await topic.partitionCount()
                guard partitions.allSatisfy({ $0 < count }) else {
                    throw KafkaError(.unknownPartition, "\(partitions) are more than the \(count) that are known")
                }
                try await topic.replay(partitions) { await self.replayed($0, generation: mine) }
                guard generation == mine else { return }
                return takeOver(partitions, of: count)
            } catch {
                observation.replayFailed(error)
                try? await Task.sleep(for: backoff.next())
            }
        }
    }

    /// Gives partitions back. What is on its way is finished first, unless they are somebody else's already.
    func revoke(lost: Bool) async {
        generation += 1
        let mine = generation
        if !lost { await idle(within: .seconds(8)) }
        guard generation == mine else { return }
        release()
    }

    private func takeOver(_ partitions: [Int32], of count: Int32) {
        ownership.set(partitions, of: count)
        isAssigned = true
        for id in ledger.known where ownership.owns(id) { take(id) }
        follows()
        observation.replayed(partitions.count, requests: tracked.count)
        pollSignal.raise()
        writeSignal.raise()
    }

    private func release() {
        ownership.set([])
        book = ResultBook()
        schedule = TrackingSchedule(settings.pace)
        tracked = [:]
        looks = TrackingSchedule(settings.looks)
        latePolls = TrackingSchedule(settings.latePace)
        ended = [:]
        unwritten = []
        isAssigned = false
        observation.released()
    }

    private func replayed(_ result: Received<RemediationResult>, generation: Int) {
        guard generation == self.generation, result.isUnderItsKey else { return }
        book.learn(result.event, partition: result.record.partition, offset: result.record.offset)
    }

    /// A result was written, by this instance or, against the rules, by another one.
    func seen(_ result: Received<RemediationResult>) {
        guard book.learn(result.event, partition: result.record.partition, offset: result.record.offset) else { return }
        learned(result.event.requestId)
        unwritten.insert(result.event.requestId)
        pollSignal.raise()
        writeSignal.raise()
    }

    // MARK: - The ledger

    private func changed(_ ids: Set<String>) {
        for id in ids where ownership.owns(id) { take(id) }
        follows()
        pollSignal.raise()
        writeSignal.raise()
    }

    /// Looks at a request as the ledger has it now. Of one that the console works on, everything is kept until its end,
    /// then what may yet be found out; of the others nothing but that their result may be behind.
    func take(_ id: String) {
        guard let request = ledger.entry(id)?.request else {
            drop(id)
            return book.forget(id, partition: ownership.partition(of: id))
        }
        take(request)
        unwritten.insert(id)
    }

    /// The ledger may be ahead of what its changes have told: nothing is to be said of a request as it stands there
    /// before this.
    func take(_ request: LedgerRequest) {
        if let other = tracked[request.id], !other.isOf(request) { drop(request.id) }
        if let other = ended[request.id], !other.isOf(request) { drop(request.id) }
        switch request.phase {
        case .submitted: follow(request)
        case .ended: followUp(request)
        default: drop(request.id)
        }
    }

    private func follow(_ request: LedgerRequest) {
        guard tracked[request.id] == nil else { return }
        let last = book.newest(request.id, partition: ownership.partition(of: request.id))
        guard let new = TrackedRequest(request, limit: settings.deadline, last: last) else { return }
        tracked[new.id] = new
        schedule.add(new.id, now: clock.now)
        observation.began(new)
    }

    private func drop(_ id: String) {
        tracked[id] = nil
        schedule.remove(id)
        leave(id)
    }

    /// Tells the observers what the console is asked about.
    func follows() { observation.follows(tracked.values, verifying: looks.count, isSettled: isAssigned) }

    // MARK: - Waiting for the end of what is under way

    private var isIdle: Bool { unwritten.isEmpty && !isWriting && ending == 0 }

    private func idle(within limit: Duration) async {
        guard !isIdle else { return }
        lastTicket += 1
        let ticket = lastTicket
        let timeout = Task {
            try? await Task.sleep(for: limit)
            idleWaiters.removeValue(forKey: ticket)?.resume()
        }
        await withCheckedContinuation { idleWaiters[ticket] = $0 }
        timeout.cancel()
    }

    func noteIdle() {
        guard isIdle else { return }
        for waiter in idleWaiters.values { waiter.resume() }
        idleWaiters = [:]
    }
}

extension Received where Message == RemediationResult {
    /// Whether the record's key is the request's id, as the topic's contract says.
    var isUnderItsKey: Bool { record.keyText == event.requestId }
}
