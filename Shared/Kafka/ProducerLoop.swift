internal import CRdkafka

/// The producer's thread: it gives records to librdkafka and reads the reports.
actor ProducerLoop {
    /// A record on its way, by the number under which it was submitted; the numbers rise in sending order.
    private struct Ticket {
        let batch: ProducerBatch
        let index: Int
    }

    private let executor = ThreadExecutor(name: "kafka-producer")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Nil when the producer is closed. Never shut down by hand: a question about metadata may hold it on another thread.
    private(set) var handle: ClientHandle?
    private let makeHandle: @Sendable () throws(KafkaError) -> ClientHandle
    nonisolated let counters = Monitor(ProducerCounters())
    /// Opens when it sends no more: closed, or given up.
    nonisolated let isOver = Latch()

    /// Not yet with librdkafka, oldest first.
    private var waiting = Queue<(number: UInt, ticket: Ticket)>()
    /// With librdkafka, not yet acknowledged.
    private var sent: [UInt: Ticket] = [:]
    private var lastNumber: UInt = 0
    private var rebirth = RebirthLimit()
    private var closing: ContinuousClock.Instant?
    /// Why it was given up.
    private(set) var failure: KafkaError?

    init(handle: ClientHandle, makeHandle: @escaping @Sendable () throws(KafkaError) -> ClientHandle) {
        self.handle = handle
        self.makeHandle = makeHandle
    }

    // MARK: Called by the producer

    func send(_ records: [OutgoingRecord]) async -> Result<[RecordPosition], KafkaError> {
        if let failure { return .failure(failure) }
        guard closing == nil else { return .failure(KafkaError(.closed)) }
        return await withCheckedContinuation { continuation in
            let batch = ProducerBatch(records, continuation)
            for index in records.indices {
                lastNumber += 1
                waiting.append((lastNumber, Ticket(batch: batch, index: index)))
            }
            counters.withLock { $0.accepted += records.count }
            submit()
        }
    }

    func close(by deadline: ContinuousClock.Instant) {
        closing = min(closing ?? deadline, deadline)
    }

    // MARK: The loop

    /// Serves librdkafka until the producer is closed. Jobs of this actor run between two polls.
    func run() async {
        while let handle, !isDone {
            let left = closing.map { ContinuousClock.now.duration(to: $0) } ?? .seconds(1)
            poll(handle, atMost: min(left, .seconds(1)))
            submit()
            await Task.yield()
        }
        abandon(failure ?? KafkaError(.closed, "the producer was closed before the acknowledgement"))
        handle = nil
        isOver.open()
    }

    private var isDone: Bool {
        guard let closing else { return false }
        return (waiting.isEmpty && sent.isEmpty) || closing <= .now
    }

    private func poll(_ handle: ClientHandle, atMost limit: Duration) {
        executor.poll(handle.queue, atMost: limit) { unsafe _ = rd_kafka_poll(handle.pointer, $0) }
        readReports(handle)
        if failure == nil, let error = handle.fatalError { beBornAgain(after: error, of: handle) }
    }

    private func readReports(_ handle: ClientHandle) {
        let deliveries = handle.mail.takeDeliveries()
        guard !deliveries.isEmpty else { return }
        // After a fatal error every record that librdkafka still had fails; those are sent again instead.
        let isFatal = handle.fatalError != nil
        for delivery in deliveries {
            if let error = delivery.error {
                if !isFatal { answer(delivery.ticket) { $0.fail($1, error) } }
            } else {
                answer(delivery.ticket) { $0.acknowledge($1, partition: delivery.partition, offset: delivery.offset) }
            }
        }
        let failed = isFatal ? 0 : deliveries.count { $0.error != nil }
        counters.withLock { counters in
            counters.acknowledged += deliveries.count { $0.error == nil }
            counters.failed += failed
        }
    }

    private func answer(_ number: UInt, _ tell: (ProducerBatch, Int) -> Void) {
        guard let ticket = sent.removeValue(forKey: number) else { return }
        tell(ticket.batch, ticket.index)
    }

    // MARK: Submitting

    /// Gives librdkafka what it has room for. When its queue is full the rest waits for the next reports, in order.
    private func submit() {
        while failure == nil, let handle, let (number, ticket) = waiting.first {
            let error = Submission.submit(ticket.batch.records[ticket.index], number: number, to: handle)
            // After a fatal error librdkafka refuses records with that error's code; they go to its successor.
            if let error, error.code == .queueFull || handle.fatalError != nil { return }
            _ = waiting.popFirst()
            if let error {
                counters.withLock { $0.failed += 1 }
                ticket.batch.fail(ticket.index, error)
            } else {
                sent[number] = ticket
            }
        }
    }

    // MARK: Rebirth

    private func beBornAgain(after error: KafkaError, of old: ClientHandle) {
        guard rebirth.isAllowed(at: .now) else { return giveUp(error) }
        // Reports of what did arrive are still read; everything else is given back at once.
        unsafe _ = rd_kafka_purge(old.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        let deadline = ContinuousClock.now + .seconds(5)
        repeat {
            unsafe _ = rd_kafka_poll(old.pointer, 100)
            readReports(old)
        } while unsafe rd_kafka_outq_len(old.pointer) > 0 && ContinuousClock.now < deadline
        do {
            handle = try makeHandle()
        } catch {
            return giveUp(error)
        }
        counters.withLock { $0.rebirths += 1 }
        sendAgain()
    }

    private func sendAgain() {
        var again = Queue<(number: UInt, ticket: Ticket)>()
        for (number, ticket) in sent.sorted(by: { $0.key < $1.key }) { again.append((number, ticket)) }
        for item in waiting.popAll() { again.append(item) }
        sent = [:]
        waiting = again
    }

    private func giveUp(_ error: KafkaError) {
        failure = error
        failure?.isFatal = true
        abandon(failure ?? error)
        isOver.open()
    }

    private func abandon(_ error: KafkaError) {
        let rest = sent.sorted { $0.key < $1.key }.map(\.value) + waiting.popAll().map(\.ticket)
        sent = [:]
        counters.withLock { $0.failed += rest.count }
        for ticket in rest { ticket.batch.fail(ticket.index, error) }
    }
}

/// One rebirth a minute is an accident; more is a fault that a person has to see.
struct RebirthLimit {
    private var last: ContinuousClock.Instant?

    /// Whether a rebirth may happen at `now`; notes it.
    mutating func isAllowed(at now: ContinuousClock.Instant) -> Bool {
        defer { last = now }
        guard let last else { return true }
        return last.duration(to: now) > .seconds(60)
    }
}
