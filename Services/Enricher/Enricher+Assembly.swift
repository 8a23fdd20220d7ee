internal import Connections
internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

extension Enricher {
    /// What the enricher is made of, in the order in which it starts.
    static func components(
        _ configuration: EnricherConfiguration, _ context: ServiceContext
    ) throws -> [any Component] {
        let intelligence = try ThreatIntelligenceConnection(configuration.intelligence, context: context)
        let source = ThreatIntelligenceSource(client: intelligence.client)
        return [intelligence] + (try components(configuration, context, source: source, clock: ContinuousClock()))
    }

    /// The same over any source of reputations and any clock.
    static func components<Time: Clock>(
        _ configuration: EnricherConfiguration, _ context: ServiceContext, source: any ReputationSource, clock: Time,
        now: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws -> [any Component] where Time.Duration == Duration {
        let logger = context.logger
        let metrics = EnricherMetrics(context.metrics, logger: logger)
        let connection = KafkaConnection(
            configuration.kafka, service: context.name, logger: logger, metrics: context.metrics)
        let producer = try connection.producer()
        let publisher = connection.publisher(over: producer)
        let deadLetters = connection.deadLetters(over: publisher)
        let desk = ReputationDesk(
            source: source, clock: clock, now: now, limits: configuration.limits, terms: configuration.terms,
            cacheEntries: configuration.cacheEntries, metrics: metrics
        ) { await publisher.share($0, logger: logger) }
        let publications = Publications(metrics: metrics, logger: logger) { try await publisher.send($0, trace: $1) }
        let completer = Completer(
            desk: desk, publications: publications, clock: clock, now: now, window: configuration.completionWindow,
            logger: logger
        ) { try await connection.read(Topics.enrichedDetections, partitions: .some($0), $1) }
        let stage = EnrichmentStage(
            desk: desk, publications: publications, completer: completer, clock: clock, now: now,
            patience: configuration.patience)
        let runner = StageRunner<Detection>(
            "enrichment", deadLetters: deadLetters, logger: logger, metrics: context.metrics,
            onAssignment: { await completer.assigned($0.map(\.partition)) }, handle: { try await stage.handle($0) })
        let consumer = try connection.consumer(
            .enricher, topics: [Topics.detections.description], handler: runner,
            limits: KafkaConsumer.Limits(maxInFlight: configuration.maxInFlight))
        let feed = ReputationFeed(
            follower: try connection.follower(of: Topics.reputations), desk: desk, deadLetters: deadLetters,
            logger: logger)
        return [
            TopicsComponent(connection, readiness: context.readiness), ProducerComponent(producer),
            FollowingComponent(
                "reputations", readiness: context.readiness, run: { try await feed.run() },
                caughtUp: { try await feed.follower.caughtUp() },
                stop: { await feed.follower.stopWithService() }),
            LookupsComponent(end: { await desk.end() }),
            ConsumerComponent("detections", consumer, context: context),
        ]
    }
}

/// Ends the lookups with the service, after those who wait for them.
private struct LookupsComponent: Component {
    let name = "lookups"
    let end: @Sendable () async -> Void

    func stop() async { await end() }
}

extension EventPublisher {
    /// Publishes an enriched detection.
    fileprivate func send(_ event: EnrichedDetection, trace: TraceContext) async throws {
        try await publish(event, key: event.detection.malopId, trace: trace, to: Topics.enrichedDetections)
    }

    /// Tells all instances what was learnt. A failure costs no more than asking again.
    fileprivate func share(_ reputations: [Reputation], logger: Logger) async {
        do throws(KafkaError) {
            let items = reputations.map { Item($0, key: $0.indicator.key) }
            try await publish(items, to: Topics.reputations)
        } catch {
            logger.warning("reputations could not be published", [.error: .string(error.description)])
        }
    }
}
