/// The open connections, the requests on them and the state of the server's stop: a value without I/O.
struct ConnectionRegistry {
    typealias Instant = ContinuousClock.Instant

    struct Entry {
        let descriptor: Int32
        let peer: String
        /// How many requests it has had.
        var turn: UInt16 = 0
        /// Whether nothing of the next request has come.
        var isIdle = false
        /// When the socket is cut unless something moves this.
        var deadline: Instant?
        var hasLeft = false
        var exchange: Exchange?
    }

    private enum Phase {
        case serving
        case stopping(until: Instant)
        case draining(until: Instant)
        case cancelling(until: Instant)
        case ended(isClean: Bool)
    }

    /// What the stop needs next.
    enum StopStep {
        case wait
        case refuseConnections([Exchange])
        case cancel([Exchange])
        case finish
        case giveUp
    }

    /// How long handlers may take to notice that they were cancelled, and clients that left to be forgotten.
    static let unwinding = Duration.seconds(1)

    let requestTimeout: Duration
    let responseTimeout: Duration
    let idleTimeout: Duration
    private(set) var entries: [UInt64: Entry] = [:]
    private var lastID: UInt64 = 0
    private var phase = Phase.serving

    init(_ configuration: HTTPServerConfiguration) {
        requestTimeout = configuration.requestTimeout
        responseTimeout = configuration.responseTimeout
        idleTimeout = configuration.idleTimeout
    }

    var isServing: Bool { if case .serving = phase { true } else { false } }
    var result: Bool? { if case .ended(let isClean) = phase { isClean } else { nil } }

    mutating func open(_ descriptor: Int32, peer: String, now: Instant) -> UInt64 {
        lastID += 1
        entries[lastID] = Entry(descriptor: descriptor, peer: peer, deadline: now + requestTimeout)
        return lastID
    }

    mutating func close(_ id: UInt64) {
        entries[id] = nil
    }

    /// The first bytes of a request have come: so long may the rest take. Ignored if an earlier request is meant, for
    /// which it is too late.
    mutating func bytesCame(_ watch: ConnectionWatch, now: Instant) {
        guard let entry = entries[watch.id], entry.isIdle, entry.turn == watch.turn else { return }
        limitRequest(watch.id, now: now)
    }

    /// A request has begun; false if the server is stopping. It counts as in flight either way, until it ends.
    mutating func begin(_ exchange: Exchange, now: Instant) -> Bool {
        limitRequest(exchange.id, now: now)
        entries[exchange.id]?.exchange = exchange
        return isServing
    }

    /// An earlier deadline stands: the first bytes may have come long ago, or the client may have left.
    private mutating func limitRequest(_ id: UInt64, now: Instant) {
        guard var entry = entries[id], let deadline = entry.deadline else { return }
        entry.isIdle = false
        entry.deadline = min(deadline, now + requestTimeout)
        entries[id] = entry
    }

    /// The handler has the request and all the time it wants; true if the client has left already.
    mutating func run(_ id: UInt64) -> Bool {
        entries[id]?.deadline = nil
        return entries[id]?.hasLeft ?? true
    }

    /// The client has something to take, or (nothing left to send) does not.
    mutating func reply(_ id: UInt64, isWaiting: Bool, now: Instant) {
        let deadline = isWaiting ? nil : now + responseTimeout
        entries[id]?.deadline = deadline
    }

    /// The request is done; when its connection is cut unless another one comes.
    mutating func end(_ id: UInt64, now: Instant) -> Instant {
        let hasLeft = entries[id]?.hasLeft ?? true
        let deadline = now + (hasLeft ? Self.unwinding : idleTimeout + requestTimeout)
        entries[id]?.exchange = nil
        entries[id]?.deadline = deadline
        entries[id]?.turn &+= 1
        entries[id]?.isIdle = true
        return deadline
    }

    /// Under which name a connection's next bytes are to be reported.
    func watch(_ id: UInt64) -> (descriptor: Int32, name: ConnectionWatch)? {
        entries[id].map { ($0.descriptor, ConnectionWatch(id: id, turn: $0.turn)) }
    }

    mutating func cut(_ id: UInt64, now: Instant) {
        entries[id]?.deadline = now
    }

    /// The client will send no more. What it has sent is read within moments; the exchange that is on, if any.
    mutating func left(_ id: UInt64, now: Instant) -> Exchange? {
        guard let entry = entries[id] else { return nil }
        entries[id]?.hasLeft = true
        if entry.exchange?.isReceiving ?? true { entries[id]?.deadline = now + Self.unwinding }
        return entry.exchange
    }

    /// The sockets whose time is up; each is named once.
    mutating func takeExpired(now: Instant) -> [Int32] {
        let expired = entries.filter { $0.value.deadline.map { $0 <= now } ?? false }
        for id in expired.keys { entries[id]?.deadline = nil }
        return expired.values.map(\.descriptor)
    }

    /// The next moment at which something is due.
    var nextDeadline: Instant? {
        let connections = entries.values.lazy.compactMap(\.deadline).min()
        let stop: Instant? =
            switch phase {
            case .draining(let until), .cancelling(let until), .stopping(let until): until
            case .serving, .ended: nil
            }
        return [connections, stop].compactMap { $0 }.min()
    }

    /// Begins the stop; a second call changes nothing.
    mutating func stop(until: Instant) {
        if isServing { phase = .stopping(until: until) }
    }

    mutating func nextStopStep(now: Instant) -> StopStep {
        let exchanges = entries.values.compactMap(\.exchange)
        switch phase {
        case .serving, .ended:
            return .wait
        case .stopping(let until):
            phase = .draining(until: until)
            return .refuseConnections(exchanges)
        case .draining(let until):
            if exchanges.isEmpty { return .finish }
            guard now >= until else { return .wait }
            phase = .cancelling(until: now + Self.unwinding)
            for (id, entry) in entries where entry.exchange != nil { cut(id, now: now) }
            return .cancel(exchanges)
        case .cancelling(let until):
            if exchanges.isEmpty { return .finish }
            return now >= until ? .giveUp : .wait
        }
    }

    /// The stop is over; whether nothing was cut short.
    mutating func finish() -> Bool {
        let isClean = if case .draining = phase { true } else { false }
        phase = .ended(isClean: isClean)
        return isClean
    }
}

/// The name under which the system reports what happens to a connection while it waits for its request number `turn`: a
/// report that comes late must not be taken for one about the next request.
struct ConnectionWatch: Equatable {
    let id: UInt64
    let turn: UInt16

    /// Both in one number.
    var number: UInt64 { id << 16 | UInt64(turn) }

    init(id: UInt64, turn: UInt16) {
        self.id = id
        self.turn = turn
    }

    init(number: UInt64) {
        self.init(id: number >> 16, turn: UInt16(truncatingIfNeeded: number))
    }
}
