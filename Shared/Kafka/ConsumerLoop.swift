/// The consumer's thread: it polls, hands records to the handler, which runs on the same thread, and commits.
actor ConsumerLoop {
    private let executor: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private let client: ConsumerClient
    private let topics: [String]
    private let handler: any KafkaConsumerHandler
    private let progress: ConsumerProgress

    private var reader = MessageReader()
    private var flow: FlowControl
    /// Records that were read and not yet handed out.
    private var buffer = Queue<KafkaRecord>()
    private var bufferBytes = 0
    private var assignment: [TopicPartition]?
    private var isHandling = false
    private var isCommitting = false
    private var nextCommit = ContinuousClock.now

    init(
        executor: ThreadExecutor, client: ConsumerClient, topics: [String], handler: any KafkaConsumerHandler,
        progress: ConsumerProgress
    ) {
        self.executor = executor
        self.client = client
        self.topics = topics
        self.handler = handler
        self.progress = progress
        flow = FlowControl(limits: progress.limits)
    }

    /// Consumes until it is stopped (nil) or a fatal error.
    func run() async -> KafkaError? {
        guard progress.begin() else { return nil }
        var failure = client.subscribe(topics)
        while failure == nil, progress.stopDeadline == nil {
            await answerRebalances()
            controlFlow()
            commitIfDue()
            handOut()
            poll(atMost: .milliseconds(200))
            failure = client.handle.fatalError
            await Task.yield()
        }
        await end()
        return failure
    }

    // MARK: Records

    /// Fills the buffer, at most one batch at a time, and serves librdkafka's callbacks. It goes on above the limits,
    /// when the partitions are paused: who does not poll is thrown out of the group.
    private func poll(atMost limit: Duration) {
        var item = executor.poll(client.handle.queue, atMost: limit) { reader.next(client.handle, milliseconds: $0) }
        var count = 1
        while let found = item {
            take(found)
            guard count < progress.limits.maxBatch, !client.handle.mail.hasRebalance else { break }
            item = reader.next(client.handle, milliseconds: 0)
            count += 1
        }
        progress.polled(buffered: buffer.count, paused: Array(flow.paused))
        for commit in client.handle.mail.takeCommits() {
            isCommitting = false
            progress.committed(commit.offsets, failed: commit.error != nil)
            if let error = commit.error, error.code != .noOffset { client.handle.mail.observer.onError(error) }
        }
    }

    private func take(_ item: MessageReader.Item) {
        switch item {
        case .record(let record):
            guard assignment != nil else { return }
            buffer.append(record)
            bufferBytes += record.size
        case .failure(let error):
            client.handle.mail.observer.onError(error)
        case .end:
            break
        }
    }

    private func controlFlow() {
        guard assignment != nil else { return }
        let change = flow.update(buffered: buffer.count, bytes: bufferBytes, spreads: progress.spreads)
        client.pause(change.pause)
        client.resume(change.resume)
    }

    /// Gives the handler its next batch, in a task of this thread, so that polling goes on while it awaits something.
    private func handOut() {
        guard !isHandling, !buffer.isEmpty, assignment != nil, let room = progress.room() else { return }
        var batch = RecordBatch()
        let most = min(room.records, progress.limits.maxBatch)
        while batch.records.count < most, batch.bytes < room.bytes, let record = buffer.first, batch.add(record) {
            _ = buffer.popFirst()
        }
        bufferBytes -= batch.bytes
        let checkpoint = progress.handOut(batch)
        isHandling = true
        Task { [records = batch.records] in
            await handler.received(records, checkpoint)
            isHandling = false
        }
    }

    // MARK: Commits

    private func commitIfDue() {
        guard assignment != nil, !isCommitting, nextCommit <= .now || progress.isCommitUrgent else { return }
        nextCommit = .now + .milliseconds(500)
        let offsets = progress.uncommitted()
        guard !offsets.isEmpty else { return }
        progress.commitSent()
        isCommitting = client.commitLater(offsets)
    }

    private func commitNow(by deadline: ContinuousClock.Instant) {
        let offsets = progress.uncommitted()
        guard !offsets.isEmpty else { return }
        let limit = max(.milliseconds(100), min(.seconds(5), ContinuousClock.now.duration(to: deadline)))
        let error = client.commitNow(offsets, within: limit)
        progress.committed(error == nil ? offsets : [:], failed: error != nil)
        if let error { client.handle.mail.observer.onError(error) }
    }

    // MARK: Rebalances

    /// Answers what the rebalance callback has noted. Waiting here is allowed: librdkafka does nothing with the assignment
    /// before the answer, and goes on sending heartbeats.
    private func answerRebalances() async {
        for event in client.handle.mail.takeRebalances() {
            switch event {
            case .assigned(let partitions):
                await assign(partitions)
            case .revoked(_, let isLost):
                await release(isLost: isLost, by: .now + progress.limits.drain)
                client.unassign()
            }
        }
    }

    private func assign(_ partitions: [TopicPartition]) async {
        if assignment != nil { await release(isLost: true, by: .now + progress.limits.drain) }
        assignment = partitions
        progress.assign(partitions)
        let isDone = Latch()
        Task {
            await handler.assigned(partitions)
            isDone.open()
        }
        // Loading state may take long; polling keeps the membership, and nothing can arrive yet.
        while !isDone.isOpen, progress.stopDeadline == nil, !client.handle.mail.hasRebalance {
            poll(atMost: .milliseconds(100))
            await Task.yield()
        }
        // Gone again while the state was loaded: the next event says so.
        guard progress.stopDeadline == nil, !client.handle.mail.hasRebalance else { return }
        if let error = client.assign(partitions) { client.handle.mail.observer.onError(error) }
    }

    /// Ends the assignment: what is in flight may still be completed until the deadline, and is committed.
    private func release(isLost: Bool, by deadline: ContinuousClock.Instant) async {
        guard let assignment else { return }
        // What nobody has seen yet comes again, to whoever gets the partition.
        buffer = Queue()
        bufferBytes = 0
        let isTold = Latch()
        Task {
            await handler.revoked(assignment, lost: isLost)
            isTold.open()
        }
        let limit = min(deadline, progress.stopDeadline ?? deadline)
        while !(isTold.isOpen && (isLost || progress.isDrained())), ContinuousClock.now < limit {
            executor.pause(until: limit)
            await Task.yield()
        }
        // Not ours any more when lost: committing could move the offset of whoever has them.
        if !isLost { commitNow(by: progress.stopDeadline ?? limit + .seconds(5)) }
        progress.endAssignment()
        self.assignment = nil
        isCommitting = false
        flow.reset()
        reader.reset()
    }

    // MARK: The end

    /// Everything within the deadline; a part of the time is kept for leaving the group.
    private func end() async {
        let deadline = progress.stopDeadline ?? .now + progress.limits.drain
        let left = ContinuousClock.now.duration(to: deadline)
        await release(isLost: false, by: deadline - min(.seconds(2), left / 4))
        let isDestroyed = client.handle.shutDown()
        // In a task of its own, because a cancelled one waits for nothing.
        _ = await Task { await isDestroyed.wait(within: ContinuousClock.now.duration(to: deadline)) }.value
        progress.finished.open()
    }
}
