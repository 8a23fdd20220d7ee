internal import Connections
internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

extension Detector {
    /// What the detector is made of, in the order in which it starts.
    static func components(
        _ configuration: DetectorConfiguration, _ context: ServiceContext
    ) throws -> [any Component] {
        let console = try ConsoleConnection(
            configuration.console, context: context, memory: max(.seconds(180), configuration.pollInterval * 3))
        let source = ConsoleMalopSource(client: console.client)
        return [console] + (try components(configuration, context, source: source))
    }

    /// The same over any source of malops.
    static func components(
        _ configuration: DetectorConfiguration, _ context: ServiceContext, source: any MalopSource
    ) throws -> [any Component] {
        let connection = KafkaConnection(
            configuration.kafka, service: context.name, logger: context.logger, metrics: context.metrics)
        let producer = try connection.producer()
        let publisher = connection.publisher(over: producer)
        let book = DetectionBook(
            now: .now(), lookback: configuration.lookback, overlap: configuration.overlap,
            recheck: configuration.recheck)
        let poller = Poller(
            source: source, book: book, detailsConcurrency: configuration.detailsConcurrency, logger: context.logger
        ) { detection in
            try await publisher.publish(detection, key: detection.malopId, to: Topics.detections)
        }
        let lease = Lease()
        let consumer = try connection.consumer(.detector, topics: [Topics.control.description], handler: lease)
        let loop = PollLoop(
            lease: lease, poller: poller, interval: configuration.pollInterval, clock: ContinuousClock(),
            catchUp: {
                try await connection.read(Topics.detections) { await poller.remember($0.event) }
            }, observation: PollObservation(context))
        return [
            TopicsComponent(connection, readiness: context.readiness), ProducerComponent(producer), loop,
            ConsumerComponent("lease", consumer, context: context),
        ]
    }
}
