internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// Follows one request to its end.
struct ResultWait: Sendable {
    let access: KafkaAccess
    let id: String

    /// Whether nobody can have asked under this id before, so that older results need not be looked at.
    let isNew: Bool

    /// Reads results, then publishes, so that none is missed; then reads on until the end.
    ///
    /// - Parameter each: gets the lines of each new result.
    /// - Returns: The end state; nil if there is none within `timeout`.
    func run(
        timeout: Duration?, publish: @escaping @Sendable () async throws -> Void,
        each: @escaping @Sendable ([StoryLine]) -> Void
    ) async throws -> RequestState? {
        let count = try await access.partitions(of: Topics.results)
        // The tracker's results go where the request's id says.
        let own = partition(forKey: Array(id.utf8), count: count)
        let follower = try await access.follower(of: Topics.results, fromStart: !isNew, partitions: .some([own]))
        let (ends, end) = AsyncStream.makeStream(of: RequestState.self, bufferingPolicy: .bufferingOldest(1))
        let reader = WaitReader(id: id, each: each) { end.yield($0) }
        let reading = Task {
            defer { end.finish() }
            try await follower.run { await reader.take($0) }
        }
        let state = await Result { try await wait(follower, ends, timeout, publish) }
        await follower.stop()
        try await reading.value
        return try state.get()
    }

    private func wait(
        _ follower: KafkaFollower, _ ends: AsyncStream<RequestState>, _ timeout: Duration?,
        _ publish: @Sendable () async throws -> Void
    ) async throws -> RequestState? {
        try await follower.caughtUp()
        try await publish()
        let alarm = Task {
            guard let timeout else { return }
            try await Task.sleep(for: timeout)
            await follower.stop()
        }
        defer { alarm.cancel() }
        for await state in ends { return state }
        try Task.checkCancellation()
        return nil
    }
}

/// Reads the results of one request out of those of all.
private actor WaitReader {
    private let id: String
    private let each: @Sendable ([StoryLine]) -> Void
    private let ended: @Sendable (RequestState) -> Void
    private var story = ResultStory(for: .sender)

    init(
        id: String, each: @escaping @Sendable ([StoryLine]) -> Void, ended: @escaping @Sendable (RequestState) -> Void
    ) {
        self.id = id
        self.each = each
        self.ended = ended
    }

    func take(_ records: [KafkaRecord]) {
        for record in records where record.keyText == id {
            guard let result = try? RecordReader.read(record, as: RemediationResult.self) else { continue }
            each(story.take(result, NameBook()))
            if result.state.isEnd { ended(result.state) }
        }
    }
}

extension Result where Failure == any Error {
    /// The outcome of `body`.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
