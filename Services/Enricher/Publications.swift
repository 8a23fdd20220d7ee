internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// Publishes enriched detections so that, about one malop, an older one never follows a newer one, and an incomplete one
/// never a complete one of the same detection.
actor Publications {
    private let send: @Sendable (EnrichedDetection, TraceContext) async throws -> Void
    private let metrics: EnricherMetrics
    private let logger: Logger
    private let emptyState: PublishedState
    private var state: PublishedState

    /// The malops that are being published about, and who waits for each.
    private var busy: [String: [CheckedContinuation<Void, Never>]] = [:]

    /// - Parameter send: Returns when Kafka has the event, and throws what Kafka says of one that is too large.
    init(
        state: PublishedState = PublishedState(), metrics: EnricherMetrics, logger: Logger,
        send: @escaping @Sendable (EnrichedDetection, TraceContext) async throws -> Void
    ) {
        self.send = send
        self.metrics = metrics
        self.logger = logger
        self.state = state
        emptyState = state
    }

    /// Publishes, unless it would take something back; what is too large, as far as it goes.
    ///
    /// - Throws: What Kafka refuses; that it is too large if it is so whatever is left out of it.
    func publish(_ event: EnrichedDetection, trace: TraceContext) async throws {
        let malop = event.detection.malopId
        await enter(malop)
        defer { leave(malop) }
        let event = state.book[malop].map { event.keeping($0.event) } ?? event
        switch state.index.judge(event) {
        case .current: break
        case .alreadyComplete: return
        case .older:
            logger.info(
                "a newer revision of the malop is published",
                [.malopID: .string(malop), "detection.id": .string(event.detection.detectionId)])
            return
        }
        let published = try await KafkaError.asMuchAsFits(of: event, smaller: { $0.shrunk() }) {
            try await send($0, trace.child(of: $0.eventID))
        }
        state.take(published, trace: trace.child(of: published.eventID))
        metrics.published(published)
        metrics.incomplete(state.book.count)
    }

    /// Whether a later detection about the malop was published.
    func isOlder(_ source: Origin, malopID: String) -> Bool { state.index.isOlder(source, malopID: malopID) }

    /// The detection about a malop that waits for a verdict.
    func incomplete(_ malop: String) -> IncompleteBook.Entry? { state.book[malop] }

    /// All malops with one.
    var incompleteMalops: [String] { state.book.malops }

    /// Whether the topic has incomplete detections that had no room here.
    var needsReload: Bool { state.book.needsReload }

    /// What was published, without what is incomplete.
    var known: PublishedState { state.withoutBook }

    /// Leaves a detection as incomplete as it is.
    func abandon(_ entry: IncompleteBook.Entry) {
        let malop = entry.event.detection.malopId
        guard state.book[malop]?.event == entry.event else { return }
        state.book.remove(malop)
        metrics.incomplete(state.book.count)
        logger.warning(
            "detection stays incomplete",
            [.malopID: .string(malop), "detection.id": .string(entry.event.detection.detectionId)])
    }

    /// Takes over what the topic says about the partitions of this instance.
    func begin(with state: PublishedState) {
        self.state = state
        metrics.incomplete(state.book.count)
    }

    /// Takes over what the topic says that had no room before.
    func merge(_ other: PublishedState) {
        state.merge(other)
        metrics.incomplete(state.book.count)
    }

    /// The partitions are gone.
    func clear() { begin(with: emptyState) }

    private func enter(_ malop: String) async {
        guard busy[malop] != nil else {
            busy[malop] = []
            return
        }
        await withCheckedContinuation { busy[malop]?.append($0) }
    }

    private func leave(_ malop: String) {
        guard let next = busy[malop]?.first else {
            busy[malop] = nil
            return
        }
        busy[malop]?.removeFirst()
        next.resume()
    }
}
