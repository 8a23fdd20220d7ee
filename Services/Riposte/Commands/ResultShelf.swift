internal import Kafka
internal import Model
internal import Pipeline
internal import Synchronization

/// What the results topic says of some requests right now.
struct ResultShelf: Sendable {
    let access: KafkaAccess

    /// The newest result of each of these requests that has one.
    func newest(_ ids: Set<String>) async throws -> [String: RemediationResult] {
        let count = try await access.partitions(of: Topics.results)
        // The tracker's results go where their request's id says.
        let partitions = Set(ids.map { partition(forKey: Array($0.utf8), count: count) }).sorted()
        let follower = try await access.follower(of: Topics.results, fromStart: true, partitions: .some(partitions))
        let found = Mutex<[String: RemediationResult]>([:])
        let reading = Task {
            try await follower.run { records in
                for record in records {
                    guard let id = record.keyText, ids.contains(id),
                        let result = try? RecordReader.read(record, as: RemediationResult.self)
                    else { continue }
                    found.withLock { $0[id] = result }
                }
            }
        }
        let outcome = await Result { try await follower.caughtUp() }
        await follower.stop()
        try await reading.value
        try outcome.get()
        return found.withLock { $0 }
    }
}
