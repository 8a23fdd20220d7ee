internal import JSON
internal import Model
internal import Pipeline

/// What happens to a detection: its indicators are looked up, and it is published with their verdicts.
struct EnrichmentStage<Time: Clock>: Sendable where Time.Duration == Duration {
    let desk: ReputationDesk<Time>
    let publications: Publications
    let completer: Completer<Time>
    let clock: Time
    let now: @Sendable () -> Timestamp

    /// How long after its detection it is published with what is known.
    let patience: Duration

    /// A detection that is late already, because the service was down, waits this long: time for one look-up.
    private static var shortest: Duration { .seconds(30) }

    /// Enriches and publishes one detection.
    ///
    /// - Throws: `Unusable`; `CancellationError`, upon which it is given to somebody else; what Kafka refuses.
    func handle(_ received: Received<Detection>) async throws {
        let detection = received.event
        guard !detection.malopId.isEmpty else { throw Unusable(.wrongSchema, "$.malopId is empty") }
        guard !detection.detectionId.isEmpty else { throw Unusable(.wrongSchema, "$.detectionId is empty") }
        // Delivered again, behind what followed it.
        guard await !publications.isOlder(received.source, malopID: detection.malopId) else { return }
        let deadline = clock.now.advanced(by: wait(for: detection))
        let outcomes = await desk.answers(for: detection.indicators, until: deadline)
        try Task.checkCancellation()
        let event = EnrichedDetection(detection, outcomes, source: received.source, at: now())
        try await publications.publish(event, trace: received.trace)
        await completer.published(detection.malopId)
    }

    private func wait(for detection: Detection) -> Duration {
        let left = detection.detectedAt + patience - now()
        return min(max(left, Self.shortest), patience)
    }
}
