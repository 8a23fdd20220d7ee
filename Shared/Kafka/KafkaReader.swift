/// Reads a topic once, up to its end as of now: what a service needs to know before it begins.
public enum KafkaReader {
    /// Reads a topic from its beginning, at least as far as it reaches now, and returns.
    ///
    /// - Parameters:
    ///   - group: a name that nothing is ever committed for.
    ///   - handle: gets the records in order, partition by partition, one batch after another.
    /// - Throws: what `handle` throws; `KafkaError` after a fatal error; `CancellationError`. While Kafka is away it waits.
    public static func read(
        _ configuration: KafkaConfiguration, group: String, topic: String,
        partitions: KafkaFollower.Partitions = .all, observer: KafkaObserver = KafkaObserver(),
        _ handle: @escaping @Sendable ([KafkaRecord]) async throws -> Void
    ) async throws {
        let follower = try KafkaFollower(
            configuration, group: group, topic: topic, partitions: partitions, observer: observer)
        let reading = Task { try await follower.run(handle) }
        let end = await Result(catching: { try await follower.caughtUp() })
        await follower.stop()
        // What ended the reading says more than that it ended.
        try await reading.value
        try end.get()
    }
}

extension Result where Failure == any Error {
    /// The outcome of `body`.
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
