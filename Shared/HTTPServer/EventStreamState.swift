/// The state of an `EventStream`; every change returns what is to be done after the lock is given back.
struct EventStreamState: ~Copyable {
    /// What a change makes necessary.
    struct Effects {
        var resume: ConnectionHandle?
        var cut: StreamLink?
        var writers: [CheckedContinuation<Void, Never>] = []
        var producer: Task<Void, Never>?
    }

    /// What became of bytes that were offered.
    enum Offer { case accepted, full, ended }

    /// What libmicrohttpd gets for its reading.
    enum Reading: Equatable { case bytes(Int), wait, end, broken }

    let limit: Int
    private var buffer = ByteQueue()
    private var link: StreamLink?
    /// The connection is suspended until there is something to read.
    private var isWaiting = false
    private var isClosed = false
    private var isGone = false
    private var isTaken = false
    private var producer: Task<Void, Never>?
    private var writers: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var nextWriter: UInt64 = 0

    init(limit: Int) {
        self.limit = limit
    }

    var hasEnded: Bool { isClosed || isGone }

    /// Binds the stream to the connection that it is sent on; false if it was bound before.
    mutating func attach(_ link: StreamLink) -> Bool {
        guard !isTaken else { return false }
        isTaken = true
        self.link = link
        return true
    }

    /// Keeps the task that writes the stream; false if the stream has ended before it began.
    mutating func run(_ task: Task<Void, Never>) -> Bool {
        guard !hasEnded else { return false }
        producer = task
        return true
    }

    mutating func offer(_ bytes: [UInt8], orCut: Bool) -> (Offer, Effects) {
        guard !hasEnded else { return (.ended, Effects()) }
        let fits = buffer.count + bytes.count <= limit || buffer.isEmpty && !orCut
        guard fits else { return orCut ? (.ended, cutSlowClient()) : (.full, Effects()) }
        buffer.append(bytes)
        return (.accepted, Effects(resume: bytes.isEmpty ? nil : wakeConnection()))
    }

    /// Takes what there is into `destination`. Suspends the connection under the lock if there is nothing: a writer that
    /// came between could not resume what is not yet suspended.
    mutating func read(into destination: UnsafeMutableRawBufferPointer) -> (Reading, Effects) {
        guard !isGone else { return (.broken, Effects()) }
        if buffer.isEmpty {
            guard !isClosed, let link else { return (.end, Effects()) }
            isWaiting = true
            link.connection.suspend()
            return (.wait, Effects())
        }
        let taken = unsafe buffer.take(into: destination)
        return (.bytes(taken), Effects(writers: buffer.count <= limit / 2 ? takeWriters() : []))
    }

    /// No more will be written; what is buffered is still sent.
    mutating func close() -> Effects {
        isClosed = true
        return Effects(resume: wakeConnection(), writers: takeWriters(), producer: takeProducer())
    }

    /// The client is gone, or libmicrohttpd is done with the stream (`released`).
    mutating func abandon(released: Bool) -> Effects {
        isGone = true
        buffer.removeAll()
        let resume = released ? nil : wakeConnection()
        if released { link = nil }
        return Effects(resume: resume, writers: takeWriters(), producer: takeProducer())
    }

    mutating func makeWriterID() -> UInt64 {
        nextWriter += 1
        return nextWriter
    }

    /// Parks a writer until there is room; false if it need not wait.
    mutating func park(_ writer: UInt64, _ continuation: CheckedContinuation<Void, Never>) -> Bool {
        guard !hasEnded, buffer.count > limit / 2 else { return false }
        writers[writer] = continuation
        return true
    }

    mutating func unpark(_ writer: UInt64) -> CheckedContinuation<Void, Never>? {
        writers.removeValue(forKey: writer)
    }

    private mutating func cutSlowClient() -> Effects {
        let link = self.link
        var effects = abandon(released: false)
        effects.cut = link
        return effects
    }

    private mutating func wakeConnection() -> ConnectionHandle? {
        guard isWaiting else { return nil }
        isWaiting = false
        return link?.connection
    }

    private mutating func takeWriters() -> [CheckedContinuation<Void, Never>] {
        defer { writers = [:] }
        return Array(writers.values)
    }

    private mutating func takeProducer() -> Task<Void, Never>? {
        defer { producer = nil }
        return producer
    }
}

/// The connection that a stream is sent on.
struct StreamLink: Sendable {
    let connection: ConnectionHandle
    let id: UInt64
    let supervisor: Supervisor
}
