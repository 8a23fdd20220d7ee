internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Synchronization

extension KafkaAccess {
    /// The dead letters that are meant, the newest last. What was buried twice, because a service was given a record
    /// again, is one.
    ///
    /// - Parameter whole: Whether with the records' values, which are nearly all of the memory that letters take.
    /// - Throws: `DependencyUnavailable` when no broker answers, `TopicProblems` when the topic does not exist.
    func letters(_ filter: LetterFilter, whole: Bool) async throws -> [Letter] {
        _ = try await partitions(of: Topics.deadLetters)
        let shelf = LetterShelf()
        try await connection.read(Topics.deadLetters) { received in
            guard filter.wants(received.event), let letter = Letter(received, whole: whole) else { return }
            shelf.put(letter)
        }
        return shelf.sorted
    }
}

/// Letters by their event, in the order in which they were written.
private final class LetterShelf: Sendable {
    private let letters = Mutex<[String: Letter]>([:])

    func put(_ letter: Letter) { letters.withLock { $0[letter.event.eventID] = letter } }

    var sorted: [Letter] {
        letters.withLock { Array($0.values) }.sorted { left, right in
            left.event.deadAt != right.event.deadAt
                ? left.event.deadAt < right.event.deadAt : left.place < right.place
        }
    }
}
