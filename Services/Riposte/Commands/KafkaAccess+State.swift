internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime
internal import Synchronization

extension KafkaAccess {
    /// The newest result of every request that the topic holds, by request.
    ///
    /// - Throws: `DependencyUnavailable` when no broker answers, `TopicProblems` when the topic does not exist.
    func results() async throws -> [String: RemediationResult] {
        _ = try await partitions(of: Topics.results)
        let newest = Mutex<[String: RemediationResult]>([:])
        try await connection.read(Topics.results) { received in
            let result = received.event
            newest.withLock { newest in
                // The same id may stand in several partitions, if their number was raised.
                guard newest[result.requestId].map({ $0.version < result.version }) ?? true else { return }
                newest[result.requestId] = result
            }
        }
        return newest.withLock { $0 }
    }

    /// The names that detections give; none if they cannot be read, for a GUID says enough to go on.
    func names() async -> NameBook {
        let names = Mutex(NameBook())
        do {
            _ = try await partitions(of: Topics.detections)
            try await connection.read(Topics.detections) { received in names.withLock { $0.learn(received.event) } }
        } catch {
            connection.logger.warning("names cannot be read, so GUIDs are shown", [.reason: .string("\(error)")])
        }
        return names.withLock { $0 }
    }
}
