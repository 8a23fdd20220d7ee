internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// Follows one request until it is as somebody waits for.
struct ResultWait: Sendable {
    let access: KafkaAccess
    let id: String

    /// Whether nobody can have asked under this id before, so that older results need not be looked at.
    let isNew: Bool

    /// Whether what is published may be answered under another id: a request whose signature is not as it should be is
    /// refused under one made of its record, and only its place tells whose answer that is.
    var mayBeRefusedElsewhere = false

    /// Reads results, then publishes, so that none is missed; then reads on.
    ///
    /// - Parameters:
    ///   - isDone: Whether this result is what is waited for.
    ///   - publish: Publishes what is to be followed, given the newest result before, and gives its place.
    ///   - each: Gets the lines of each new result.
    /// - Returns: The result that was waited for; nil if there is none within `timeout`.
    func run(
        timeout: Duration?,
        until isDone: @escaping @Sendable (RemediationResult) -> Bool = { $0.state.isEnd },
        publish: @escaping @Sendable (_ newest: RemediationResult?) async throws -> RecordPosition?,
        each: @escaping @Sendable ([StoryLine]) -> Void
    ) async throws -> RemediationResult? {
        let count = try await access.partitions(of: Topics.results)
        // The tracker's results go where the request's id says.
        let own = partition(forKey: Array(id.utf8), count: count)
        let follower = try await access.follower(
            of: Topics.results, fromStart: !isNew, partitions: mayBeRefusedElsewhere ? .all : .some([own]))
        let (ends, end) = AsyncStream.makeStream(of: RemediationResult.self, bufferingPolicy: .bufferingOldest(1))
        let reader = WaitReader(id: id, each: each) { if isDone($0) { end.yield($0) } }
        let reading = Task {
            defer { end.finish() }
            try await follower.run { await reader.take($0) }
        }
        let result = await Result {
            try await wait(follower, ends, timeout) {
                let place = try await publish(await reader.newest)
                if mayBeRefusedElsewhere { await reader.follow(place) }
            }
        }
        await follower.stop()
        try await reading.value
        return try result.get()
    }

    private func wait(
        _ follower: KafkaFollower, _ ends: AsyncStream<RemediationResult>, _ timeout: Duration?,
        _ publish: @Sendable () async throws -> Void
    ) async throws -> RemediationResult? {
        try await follower.caughtUp()
        try await publish()
        let alarm = Task {
            guard let timeout else { return }
            try await Task.sleep(for: timeout)
            await follower.stop()
        }
        defer { alarm.cancel() }
        for await result in ends { return result }
        try Task.checkCancellation()
        return nil
    }
}

/// Reads the results of one request out of those of all.
private actor WaitReader {
    private let id: String
    private let each: @Sendable ([StoryLine]) -> Void
    private let tell: @Sendable (RemediationResult) -> Void
    private var story = ResultStory(for: .sender)
    private(set) var newest: RemediationResult?
    /// Where the request stands, once it is published; and refusals that came before that was known.
    private var place: RecordPosition?
    private var refusals: [RemediationResult] = []

    /// As many refusals as may come in the moment before the place is known.
    private static let mostRefusals = 1000

    init(
        id: String, each: @escaping @Sendable ([StoryLine]) -> Void,
        tell: @escaping @Sendable (RemediationResult) -> Void
    ) {
        self.id = id
        self.each = each
        self.tell = tell
    }

    func take(_ records: [KafkaRecord]) {
        for record in records {
            guard let result = try? RecordReader.read(record, as: RemediationResult.self) else { continue }
            if record.keyText == id { tell(of: result) } else { takeOther(result) }
        }
    }

    /// What stands there is what is followed.
    func follow(_ place: RecordPosition?) {
        self.place = place
        for result in refusals { takeOther(result) }
        refusals = []
    }

    private func tell(of result: RemediationResult) {
        newest = result
        each(story.take(result, NameBook()))
        tell(result)
    }

    private func takeOther(_ result: RemediationResult) {
        guard result.state == .refused, let source = result.source else { return }
        if let place {
            let isIt =
                source.topic == place.topic && source.partition == Int(place.partition) && source.offset == place.offset
            if isIt { tell(of: result) }
        } else if refusals.count < Self.mostRefusals {
            refusals.append(result)
        }
    }
}

extension Result where Failure == any Error {
    /// The outcome of `body`.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
