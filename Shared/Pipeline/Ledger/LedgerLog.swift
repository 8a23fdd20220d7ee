public import JSON
public import Kafka
public import Model
public import Runtime
internal import Synchronization

/// The ledger as this instance reads and writes it: one log, folded in its order.
///
/// What is appended is read back: ``append(_:trace:)`` answers with the judgement of the fold at the fact's own place in
/// the log, which is the same for every instance. That answer, not the acknowledgement, is what allows to act.
public final class LedgerLog: Sendable {
    /// A request with the moment from which this reader's clock counts.
    public struct Entry: Sendable {
        /// The request, as the log has it so far.
        public let request: LedgerRequest

        /// When this instance first read the request's newest `INTENT`, on its own monotonic clock.
        public let intentReadAt: ContinuousClock.Instant?
    }

    struct State {
        var book: LedgerBook
        var feeds: [WeakFeed] = []
    }

    /// A listener, for as long as somebody listens.
    struct WeakFeed {
        weak var feed: ChangeFeed?
    }

    let state: Mutex<State>
    let follower: KafkaFollower
    let publisher: EventPublisher
    let deadLetters: DeadLetterOffice
    let logger: Logger

    /// The instance that writes: its facts carry this name.
    public let writer: String

    /// A log that reads nothing before ``run()``.
    ///
    /// - Parameters:
    ///   - follower: Of the ledger's topic; the log runs and stops it.
    ///   - publisher: Over a producer that does not linger, for someone waits for every fact.
    ///   - writer: Without a slash, and different for every start of every process: what carries this name is taken for
    ///     this one's own.
    ///   - keepsKeys: Whether it is to be asked what may be forgotten; about 150 bytes of memory for each record.
    public init(
        follower: KafkaFollower, publisher: EventPublisher, deadLetters: DeadLetterOffice, writer: String,
        keepsKeys: Bool = false, logger: Logger
    ) {
        state = Mutex(State(book: LedgerBook(keepsKeys: keepsKeys)))
        self.follower = follower
        self.publisher = publisher
        self.deadLetters = deadLetters
        self.writer = writer
        self.logger = logger
    }

    // MARK: - Life

    /// Follows the log until ``stop()``, or until it cannot be read any more. Whoever waits to read back is told then.
    ///
    /// - Throws: `KafkaError` after a fatal error. Never for a connection that failed.
    public func run() async throws {
        defer { end() }
        try await follower.run { records in self.fold(records) }
    }

    /// Returns when everything that was in the log at the start has been folded.
    ///
    /// - Throws: `KafkaError` with `.closed` when the log ends before; `CancellationError`.
    public func caughtUp() async throws { try await follower.caughtUp() }

    /// Whether everything that was in the log this long ago is folded. From any thread, without waiting.
    public func isFresh(within limit: Duration) -> Bool { follower.isFresh(within: limit) }

    /// Ends ``run()``, every ``changes()``, and the appends that wait to read back: they throw `.closed`.
    public func stop() async {
        await follower.stopWithService()
        end()
    }

    // MARK: - Reading

    /// The request with this id, as the log has it so far.
    public func entry(_ requestId: String) -> Entry? {
        state.withLock { state in
            state.book.ledger.requests[requestId].map {
                Entry(request: $0, intentReadAt: state.book.intentReadAt[requestId])
            }
        }
    }

    /// The ids of all requests that have not ended.
    public var open: Set<String> { state.withLock { $0.book.ledger.open } }

    /// All requests that have not ended, as the log has them so far.
    public var openRequests: [LedgerRequest] {
        state.withLock { state in state.book.ledger.open.compactMap { state.book.ledger.requests[$0] } }
    }

    /// The ids of all requests that are known.
    public var known: [String] { state.withLock { Array($0.book.ledger.requests.keys) } }

    /// Another request that may be acting on one of this one's targets right now.
    public func conflict(for request: LedgerRequest) -> String? {
        state.withLock { $0.book.ledger.conflict(for: request) }
    }

    /// Another request that has done all of this one while it waited.
    public func fulfilment(of request: LedgerRequest) -> String? {
        state.withLock { $0.book.ledger.fulfilment(of: request) }
    }

    /// Which cap would stand in the way of a request now; nil if none does.
    ///
    /// - Parameter time: By this host's clock. The log's, which caps go by, is worked out from it.
    public func excess(of request: LedgerRequest, under caps: RateCaps, at time: Timestamp) -> Ledger.Excess? {
        guard caps != RateCaps() else { return nil }
        return state.withLock { state in
            state.book.ledger.excess(of: request, under: caps, at: time + state.book.logAhead)
        }
    }

    /// The request that a remediation of the console belongs to.
    public func owner(ofRemediation id: String) -> String? {
        state.withLock { $0.book.ledger.owner(ofRemediation: id) }
    }

    /// The ids of requests as facts change or tombstones remove them, from now on. To miss nothing, ask for it before
    /// looking at ``known`` or ``open``.
    ///
    /// It is for one listener, and ends with the log. What changes while the listener is busy comes as one set.
    public func changes() -> AsyncStream<Set<String>> {
        let feed = ChangeFeed()
        let hasEnded = state.withLock { state in
            state.feeds.removeAll { $0.feed == nil }
            state.feeds.append(WeakFeed(feed: feed))
            return state.book.hasEnded
        }
        if hasEnded { feed.end() }
        return feed.stream
    }

    private func end() {
        let (readBacks, feeds) = state.withLock { state in
            defer { state.feeds = [] }
            return (state.book.end(), state.feeds)
        }
        for readBack in readBacks { readBack.settle(.failure(Self.notReadBack)) }
        for weak in feeds { weak.feed?.end() }
    }
}
