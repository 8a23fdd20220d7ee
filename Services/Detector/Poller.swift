internal import Cybereason
internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// Polls the source and publishes what is new.
actor Poller {
    /// Publishes one detection and returns when it is safe.
    typealias Publish = @Sendable (Detection) async throws -> Void

    private let source: any MalopSource
    private let publish: Publish
    private let detailsConcurrency: Int
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private var book: DetectionBook

    /// What became of a poll.
    struct Outcome: Sendable, Equatable {
        var published = 0

        /// Why it was not a whole one, first reason; nil if it was.
        var partial: String?

        mutating func miss(_ reason: String) { partial = partial ?? reason }
    }

    init(
        source: any MalopSource, book: DetectionBook, detailsConcurrency: Int, logger: Logger,
        now: @escaping @Sendable () -> Timestamp = { .now() }, publish: @escaping Publish
    ) {
        self.source = source
        self.book = book
        self.detailsConcurrency = detailsConcurrency
        self.logger = logger
        self.now = now
        self.publish = publish
    }

    /// Takes over what was published before.
    func remember(_ detection: Detection) { book.remember(detection, now: now()) }

    /// Asks once and publishes every revision that was not published before.
    ///
    /// A malop whose details came in whole is not asked for again at every poll; see ``DetectionBook/needsDetails(_:now:)``.
    /// A detection that cannot be published stops none of those behind it: the next poll tries it again.
    ///
    /// - Throws: Why the console gave no answer at all, or that the producer is at its end.
    func poll() async throws -> Outcome {
        let begun = now()
        let answer = try await source.failedProtections()
        var outcome = Outcome()
        if case .partial(let reason) = answer.completeness { outcome.partial = reason.detail }
        var waiting = answer.rows.filter { book.needsDetails($0, now: begun) }[...]
        while !waiting.isEmpty {
            let batch = waiting.prefix(detailsConcurrency)
            waiting = waiting.dropFirst(batch.count)
            for (row, details) in await lookUp(batch) {
                do {
                    try await take(row, details, askedAt: begun, &outcome)
                } catch let error as KafkaError where error.outlook == .hopeless {
                    throw error
                } catch {
                    outcome.miss("malop \(row.malopID) is not published: \(error)")
                    logger.error(
                        "detection not published", [.malopID: .string(row.malopID), .error: .string("\(error)")])
                }
            }
        }
        book.finishPoll(whole: outcome.partial == nil, begunAt: begun, rows: answer.rows)
        return outcome
    }

    private func lookUp(
        _ rows: ArraySlice<FailedProtectionRow>
    ) async -> [(FailedProtectionRow, Result<MalopDetails, ConsoleError>)] {
        let source = source
        return await withTaskGroup(of: LookUp.self) { group in
            for (index, row) in rows.enumerated() {
                group.addTask { LookUp(index: index, row: row, details: await Self.details(of: row, from: source)) }
            }
            var found: [LookUp] = []
            for await result in group { found.append(result) }
            return found.sorted { $0.index < $1.index }.map { ($0.row, $0.details) }
        }
    }

    private struct LookUp: Sendable {
        let index: Int
        let row: FailedProtectionRow
        let details: Result<MalopDetails, ConsoleError>
    }

    private static func details(
        of row: FailedProtectionRow, from source: any MalopSource
    ) async -> Result<MalopDetails, ConsoleError> {
        do throws(ConsoleError) {
            return .success(try await source.details(of: row.malopID))
        } catch {
            return .failure(error)
        }
    }

    private func take(
        _ row: FailedProtectionRow, _ details: Result<MalopDetails, ConsoleError>, askedAt: Timestamp,
        _ outcome: inout Outcome
    ) async throws {
        let (now, start) = (now(), book.start)
        book.unsettle(row)
        switch details {
        case .success(let details) where book.isTooOld(details):
            book.settle(row, askedAt: askedAt, isTooOld: true)
        case .success(let details):
            if case .partial(let reason) = details.completeness {
                outcome.miss("details of \(row.malopID): \(reason.detail)")
            }
            try await offer(Detection(row, details, detectedAt: now, resumeFrom: start), &outcome)
            if details.completeness.isWhole { book.settle(row, askedAt: askedAt) }
        case .failure(let error) where error.kind == .notFound || error.kind == .rejected:
            let missing = Detection(row, detailsMissing: error.detail, detectedAt: now, resumeFrom: start)
            try await offer(missing, &outcome)
        case .failure(let error):
            // The next poll asks again; until then this one was not whole.
            outcome.miss("details of \(row.malopID): \(error)")
        }
    }

    private func offer(_ detection: Detection, _ outcome: inout Outcome) async throws {
        guard !book.knows(detection) else { return }
        let detection = try await KafkaError.asMuchAsFits(of: detection, smaller: { $0.shrunk() }, send: publish)
        book.markPublished(detection)
        outcome.published += 1
        var context: LogMetadata = [
            .malopID: .string(detection.malopId), .revision: .string(detection.revision),
            .eventID: .string(detection.detectionId), "statuses": .strings(detection.decisionStatuses),
            "machines": .int(detection.machines.count), "suspects": .int(detection.suspects.count),
        ]
        context["incomplete"] = detection.incomplete.map { .string($0) }
        logger.info("detection published", context)
    }
}
