internal import JSON
internal import Kafka
internal import Model
internal import Pipeline

/// Replays dead letters, each once, in the order in which their records stood.
struct Replay: Sendable {
    let access: KafkaAccess
    let isDryRun: Bool
    /// Whether to believe letters whose records are gone.
    let trusts: Bool
    let printer: ReplayPrinter

    /// So many records at most are held in memory: of 2 MB each that is what a command may take.
    private static let chunk = 100

    /// A letter whose topic takes it.
    private struct Candidate {
        var letter: Letter
        let plan: TopicPlan
    }

    /// Replays what may be replayed, and prints what becomes of each.
    ///
    /// - Throws: `DependencyUnavailable` when Kafka does not answer any more; `CancellationError`.
    func run(_ letters: [Letter]) async throws {
        let candidates = candidates(letters)
        guard !candidates.isEmpty else { return }
        let kafka = access.connection.settings.kafka
        // Whatever its sender could write.
        let producer = try KafkaProducer(
            kafka.allowing(bytes: 16 << 20), linger: .zero, giveUpAfter: KafkaAccess.delivery)
        let outcome = await Result {
            for (partition, all) in candidates { try await replay(all, partition, producer) }
        }
        await producer.close()
        try outcome.get()
    }

    /// By partition, each record once: several services may have given it up.
    private func candidates(_ letters: [Letter]) -> [(TopicPartition, [Candidate])] {
        var byPlace: [LetterPlace: Candidate] = [:]
        for letter in letters {
            if let known = byPlace[letter.place], known.letter.event.deadAt <= letter.event.deadAt { continue }
            do throws(NotReplayed) {
                let plan = try ReplayRules.topic(of: letter, prefix: access.connection.settings.prefix)
                byPlace[letter.place] = Candidate(letter: letter, plan: plan)
            } catch {
                printer.failed(letter.place, error.description)
            }
        }
        let sorted = byPlace.sorted { $0.key < $1.key }.map(\.value)
        return Dictionary(grouping: sorted) { candidate in
            let origin = candidate.letter.event.origin
            return TopicPartition(topic: origin.topic, partition: Int32(clamping: origin.partition))
        }.sorted { ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition) }
    }

    private func replay(
        _ candidates: [Candidate], _ partition: TopicPartition, _ producer: KafkaProducer
    ) async throws {
        let count = try await access.partitions(named: partition.topic)
        guard partition.partition < count else {
            for candidate in candidates { printer.failed(candidate.letter.place, "its topic has no such partition") }
            return
        }
        for start in stride(from: 0, to: candidates.count, by: Self.chunk) {
            let some = candidates[start..<min(start + Self.chunk, candidates.count)]
            let originals = try await OriginalRecords.read(
                access, topic: partition.topic, partition: partition.partition,
                offsets: Set(some.map(\.letter.event.origin.offset)),
                findingNewest: candidates.contains { $0.plan.cleanup != .delete })
            for candidate in some { try await replay(candidate, originals, producer) }
        }
    }

    private func replay(_ candidate: Candidate, _ originals: OriginalRecords, _ producer: KafkaProducer) async throws {
        let letter = candidate.letter
        let record: KafkaRecord
        do {
            let standing = try ReplayRules.record(of: letter, in: originals, trusting: trusts)
            if let standing { record = standing } else { record = try await fromLetter(letter) }
            if candidate.plan.cleanup != .delete { try ReplayRules.checkIsNewest(record, in: originals) }
        } catch let reason as NotReplayed {
            return printer.failed(letter.place, reason.description)
        }
        if let warning = ReplayRules.warning(letter, candidate.plan, value: record.value) {
            printer.note(letter.place, warning)
        }
        let what = " (\(letter.event.reason), \(record.value?.count ?? 0) bytes)"
        guard !isDryRun else { return printer.done(letter.place, what) }
        try await send(ReplayRules.copy(of: record, deadAt: letter.event.deadAt), letter, producer)
    }

    private func send(_ copy: OutgoingRecord, _ letter: Letter, _ producer: KafkaProducer) async throws {
        do throws(KafkaError) {
            let place = try await producer.send([copy]).first
            printer.done(letter.place, place.map { " as \($0.topic)/\($0.partition)/\($0.offset)" } ?? "")
        } catch {
            guard !error.isRetriable, !error.isState else {
                return try await access.reaching { () throws(KafkaError) in throw error }
            }
            printer.failed(letter.place, "Kafka refuses it: \(error.message)")
        }
    }

    /// The record as its letter has it, which is read again with its value.
    private func fromLetter(_ letter: Letter) async throws -> KafkaRecord {
        let place = letter.position
        let shelf = try await OriginalRecords.read(
            access, topic: place.topic, partition: place.partition, offsets: [place.offset], findingNewest: false)
        guard let kept = shelf.records[place.offset],
            let event = try? RecordReader.read(kept, as: DeadLetter.self)
        else { throw NotReplayed("neither its topic nor the dead letters keep it any more") }
        let origin = event.origin
        return KafkaRecord(
            topic: origin.topic, partition: Int32(clamping: origin.partition), offset: origin.offset,
            timestamp: origin.timestamp.milliseconds, key: event.key.flatMap { Letter.bytes($0) },
            value: event.value.flatMap { Letter.bytes($0) }, headers: ReplayRules.headers(event))
    }
}
