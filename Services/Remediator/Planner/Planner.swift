import JSON
import Kafka
import Model
import Pipeline
import Policy
import Runtime

/// Publishes what the policy asks for, before the detection's record is let go of.
struct Planner: Sendable {
    private let planner: @Sendable () -> ResponsePlanner
    private let publisher: EventPublisher
    private let signer: PlanSigner?
    private let logger: Logger
    private let planned: Counter
    private let tooOld: Counter

    /// - Parameters:
    ///   - planner: By the policy that is in force when it is asked for.
    ///   - signer: Signs every request; nil: none is signed.
    init(
        _ planner: @escaping @Sendable () -> ResponsePlanner, publisher: EventPublisher, signer: PlanSigner?,
        logger: Logger, metrics: Metrics
    ) {
        self.planner = planner
        self.signer = signer
        self.publisher = publisher
        self.logger = logger
        planned = metrics.counter(
            "planned_requests_total", help: "Requests that the policy led to, repeated ones included.")
        tooOld = metrics.counter(
            "detections_too_old_total", help: "Detections that were too old to act on: what they led to are dry runs.")
    }

    /// - Throws: What Kafka refuses; then the detection comes again.
    func handle(_ received: Received<EnrichedDetection>) async throws {
        let enriched = received.event
        let now = Timestamp.now()
        let planner = planner()
        let requests = planner.requests(for: enriched, at: now)
        let items = try requests.compactMap { try item(for: $0, received, at: now) }
        try await publisher.publish(items, to: Topics.requests)
        planned.add(requests.count)
        let isTooOld = planner.isTooOld(enriched.detection, at: now)
        if isTooOld { tooOld.add() }
        logger.log(
            isTooOld ? .warning : .info,
            isTooOld ? "detection is too old to act on, and planned as dry runs" : "detection planned",
            [
                .malopID: .string(enriched.detection.malopId), .revision: .string(enriched.detection.revision),
                "suspects": .int(enriched.detection.suspects.count), .count: .int(requests.count),
                "requests": .strings(requests.compactMap(\.requestId)), .traceparent: .string(received.trace.header),
            ])
    }

    /// The record of a request; nil if there is no need for it.
    private func item(
        for request: RemediationRequest, _ received: Received<EnrichedDetection>, at now: Timestamp
    ) throws -> EventPublisher.Item<RemediationRequest>? {
        let id = request.requestId ?? request.digest
        let trace = received.trace.child(of: id)
        guard let signer else { return EventPublisher.Item(request, key: id, trace: trace) }
        guard let signed = try signer.sign(request, of: received.event, at: now) else { return nil }
        return EventPublisher.Item(signed.request, key: id, trace: trace, headers: signed.headers)
    }
}
