internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime
internal import Synchronization

/// Completes in the background what was published without a verdict, also by who had the partitions before.
actor Completer<Time: Clock> where Time.Duration == Duration {
    /// Reads the service's own topic once.
    typealias Read =
        @Sendable (
            _ partitions: [Int32], _ each: @escaping @Sendable (Received<EnrichedDetection>) async -> Void
        ) async throws -> Void

    private let desk: ReputationDesk<Time>
    private let publications: Publications
    private let clock: Time
    private let now: @Sendable () -> Timestamp
    private let window: Duration
    private let logger: Logger
    private let read: Read
    private let emptyState: PublishedState

    private var partitions: [Int32] = []
    private var loading: Task<Void, Never>?
    private var running: [Int: Task<Void, Never>] = [:]
    private var current: [String: Int] = [:]
    private var lastID = 0

    /// How long one round of asking takes; then the detection is published again if some more is known.
    private static var round: Duration { .seconds(600) }

    /// - Parameter window: How long after its detection something is still completed.
    init(
        desk: ReputationDesk<Time>, publications: Publications, clock: Time, now: @escaping @Sendable () -> Timestamp,
        window: Duration, state: PublishedState = PublishedState(), logger: Logger, read: @escaping Read
    ) {
        self.desk = desk
        self.publications = publications
        self.clock = clock
        self.now = now
        self.window = window
        self.logger = logger
        self.read = read
        emptyState = state
    }

    /// Takes over partitions: reads what was published about their malops. Returns when that is known.
    func assigned(_ partitions: [Int32]) async {
        await release()
        guard !partitions.isEmpty else { return }
        self.partitions = partitions
        await startLoading(anew: true).value
    }

    /// Lets go of everything; returns when nothing is being published any more.
    func release() async {
        partitions = []
        loading?.cancel()
        await loading?.value
        loading = nil
        let tasks = running.values
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        await publications.clear()
    }

    /// Something was published about a malop: if it is incomplete, it is completed from now on.
    func published(_ malop: String) async {
        if let id = current.removeValue(forKey: malop) { running[id]?.cancel() }
        if await publications.incomplete(malop) != nil { begin(malop) }
    }

    private func begin(_ malop: String) {
        guard current[malop] == nil else { return }
        lastID += 1
        let id = lastID
        current[malop] = id
        running[id] = Task {
            await self.complete(malop)
            await self.ended(id, malop)
        }
    }

    private func ended(_ id: Int, _ malop: String) async {
        running[id] = nil
        if current[malop] == id { current[malop] = nil }
        guard !Task.isCancelled, loading == nil, await publications.needsReload, loading == nil else { return }
        startLoading(anew: false)
    }

    @discardableResult
    private func startLoading(anew: Bool) -> Task<Void, Never> {
        let task = Task {
            await self.load(anew: anew)
            if !Task.isCancelled { self.loading = nil }
        }
        loading = task
        return task
    }

    /// Asks for what is missing until it is known, a newer detection was published, or the window is over.
    private func complete(_ malop: String) async {
        var pause = Backoff(base: .seconds(60), limit: .seconds(3600))
        while !Task.isCancelled, let entry = await publications.incomplete(malop) {
            guard now() < entry.event.detection.detectedAt + window else { return await publications.abandon(entry) }
            let deadline = clock.now.advanced(by: Self.round)
            let outcomes = await desk.answers(for: entry.event.unchecked, until: deadline)
            guard !Task.isCancelled else { return }
            let more = entry.event.adding(outcomes, at: now())
            if more.complete || more.unchecked.count < entry.event.unchecked.count, await publish(more, for: entry) {
                pause.reset()
            } else if clock.now < deadline {
                // Threat intelligence answers, but not for this one, or Kafka would not have it.
                try? await clock.sleep(for: pause.next())
            }
        }
    }

    private func publish(_ event: EnrichedDetection, for entry: IncompleteBook.Entry) async -> Bool {
        do {
            try await publications.publish(event, trace: entry.trace)
            return true
        } catch {
            logger.warning(
                "completed detection could not be published",
                [.malopID: .string(event.detection.malopId), .error: .string("\(error)")])
            // Too large with what is known now, whatever is left out.
            if KafkaError.Outlook(of: error) == .never { await publications.abandon(entry) }
            return false
        }
    }

    /// Reads the topic until that succeeds and something, or nothing more, is left to complete.
    ///
    /// - Parameter anew: Whether what is known is replaced. If not, it tells what in the topic is done already and takes
    ///   no room.
    private func load(anew: Bool) async {
        var replaces = anew
        var backoff = Backoff()
        while !Task.isCancelled {
            let memory = Recollection(replaces ? emptyState : await publications.known)
            do {
                try await read(partitions) { memory.take($0) }
                try Task.checkCancellation()
                await install(memory.state, replacing: replaces)
                replaces = false
                guard await publications.needsReload else { return }
            } catch {
                guard !Task.isCancelled else { return }
                logger.warning("own topic cannot be read", [.error: .string("\(error)")])
            }
            try? await Task.sleep(for: backoff.next())
        }
    }

    private func install(_ state: PublishedState, replacing: Bool) async {
        if replacing { await publications.begin(with: state) } else { await publications.merge(state) }
        let malops = await publications.incompleteMalops
        if !malops.isEmpty { logger.info("incomplete detections found", [.count: .int(malops.count)]) }
        for malop in malops { begin(malop) }
    }
}

/// Gathers what a reading of the topic brings.
private final class Recollection: Sendable {
    private let gathered: Mutex<PublishedState>

    init(_ state: PublishedState) { gathered = Mutex(state) }

    var state: PublishedState { gathered.withLock { $0 } }

    func take(_ received: Received<EnrichedDetection>) {
        gathered.withLock { $0.take(received.event, trace: received.trace) }
    }
}
