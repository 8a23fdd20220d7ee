import Kafka
import Model
import Pipeline
import Runtime
import TestSupport

/// A service of a deployment, with its log and metrics to look at.
struct Instance: Sendable {
    let connection: KafkaConnection
    let producer: KafkaProducer
    let publisher: EventPublisher
    let deadLetters: DeadLetterOffice
    let context: ServiceContext
    let log = LogCapture()

    init(_ deployment: Deployment, _ name: String = "tester") throws {
        context = deployment.context(name, log: log)
        connection = KafkaConnection(
            deployment.settings, service: name, logger: context.logger, metrics: context.metrics)
        producer = try connection.producer(linger: .zero)
        publisher = connection.publisher(over: producer)
        deadLetters = connection.deadLetters(over: publisher)
    }

    var metrics: String { context.metrics.render() }

    /// A stage of this service on the decisions, and its consumer.
    func stage(
        limits: KafkaConsumer.Limits = .init(), handle: @escaping StageRunner<RemediationDecision>.Handler
    ) throws -> [any Component] {
        let runner = StageRunner<RemediationDecision>(
            "test", deadLetters: deadLetters, logger: context.logger, metrics: context.metrics,
            correlation: { ["request.id": .string($0.requestId)] }, handle: handle)
        let consumer = try connection.consumer(
            .executor, topics: [Topics.decisions.description], handler: runner, limits: limits)
        return [ProducerComponent(producer), ConsumerComponent("test", consumer, context: context)]
    }

    /// The ledger as this service has it.
    func ledger(keepsKeys: Bool = false) throws -> LedgerLog {
        LedgerLog(
            follower: try connection.follower(of: Topics.ledger), publisher: publisher, deadLetters: deadLetters,
            writer: context.name, keepsKeys: keepsKeys, logger: context.logger)
    }

    /// What runs a ledger.
    func components(_ ledger: LedgerLog) -> [any Component] {
        [ProducerComponent(producer), FollowingComponent(ledger, readiness: context.readiness)]
    }

    func control() throws -> ControlWatch {
        ControlWatch(
            follower: try connection.follower(of: Topics.control), deadLetters: deadLetters, logger: context.logger,
            metrics: context.metrics)
    }
}

extension LedgerLog {
    /// The fact that begins a request on these processes.
    func accepts(_ id: String, _ targets: String...) -> LedgerFact {
        let request = Samples.request(targets)
        var fact = fact(.accepted, of: id)
        fact.request = request
        fact.digest = request.digest
        return fact
    }

    func ends(_ id: String, as state: RequestState) -> LedgerFact {
        var fact = fact(.ended, of: id)
        fact.state = state
        return fact
    }
}
