import Connections
import Cybereason
import Kafka
import Model
import Pipeline
import Policy
import Runtime
import Signing

/// What is wired to what.
extension Remediator {
    /// The parts in the order in which they start.
    ///
    /// - Throws: `ConfigurationError` with every mistake of the policy file.
    static func components(
        _ configuration: RemediatorConfiguration, _ context: ServiceContext
    ) throws -> [any Component] {
        let policy = try policy(of: configuration, context)
        let signer = try signer(of: configuration, policy.present, context)
        let kafka = KafkaConnection(
            configuration.kafka, service: context.name, logger: context.logger, metrics: context.metrics)
        let topics = TopicsComponent(kafka, readiness: context.readiness, remembering: configuration.memory)
        let producer = try kafka.producer()
        let publisher = kafka.publisher(over: producer)
        let ledger = try LedgerParts(kafka, deadLetters: kafka.deadLetters(over: publisher), context)
        let control = ControlWatch(
            follower: try kafka.follower(of: Topics.control), deadLetters: kafka.deadLetters(over: publisher),
            logger: context.logger, metrics: context.metrics)
        let console = try ConsoleConnection(
            configuration.console.within(configuration.rules), context: context, logsInAtStart: true)
        let planned = { @Sendable [log = ledger.log] in
            ResponsePlanner(
                policy: policy.present.policy, mode: configuration.rules.mode,
                maximumAge: configuration.maximumDetectionAge, known: { log.entry($0)?.request })
        }
        let executor = executor(ledger.log, control, console, configuration.rules, policy, context)
        if let signer {
            policy.demand { [signing = configuration.signing] in signing.objection(to: signer, under: $0.keys) }
        }
        policy.onChange { _ in await executor.work.policyChanged() }
        return [
            policy, topics, ProducerComponent(producer), ProducerComponent(ledger.producer, name: "ledger producer"),
            FollowingComponent(ledger.log, readiness: context.readiness),
            FollowingComponent(control, readiness: context.readiness), console,
            executor.work,
            LedgerSweep(
                ledger: ledger.log, ownership: executor.ownership, memory: configuration.memory.time,
                logger: context.logger.named("ledger"), metrics: context.metrics),
            try intake(kafka, ledger.log, publisher, executor, { policy.present.keys }, configuration, context),
            try planner(kafka, publisher, planned, planSigner(signer, ledger.log, configuration), context),
        ]
    }

    private static func policy(
        of configuration: RemediatorConfiguration, _ context: ServiceContext
    ) throws(ConfigurationError) -> PolicyStore {
        do throws(PolicyError) {
            return try PolicyStore(
                configuration.policyFile, logger: context.logger.named("policy"), metrics: context.metrics)
        } catch {
            throw ConfigurationError(problems: error.problems.map { "POLICY_FILE: \($0)" })
        }
    }

    private static func signer(
        of configuration: RemediatorConfiguration, _ policy: PolicyInForce, _ context: ServiceContext
    ) throws(ConfigurationError) -> RecordSigner? {
        let warn = { (warning: String) in context.logger.warning("key file", ["warning": .string(warning)]) }
        return try configuration.signing.signer(for: policy.keys, warn: warn)
    }

    private static func planSigner(
        _ signer: RecordSigner?, _ ledger: LedgerLog, _ configuration: RemediatorConfiguration
    ) -> PlanSigner? {
        signer.map { signer in
            PlanSigner(signer: signer, expiry: configuration.defaultExpiry) { ledger.entry($0)?.request.request }
        }
    }

    private static func executor(
        _ ledger: LedgerLog, _ control: ControlWatch, _ console: ConsoleConnection, _ rules: ExecutionRules,
        _ policy: PolicyStore, _ context: ServiceContext
    ) -> (work: Executor, ownership: Ownership) {
        let ownership = Ownership()
        ExecutorMetrics.watch(ledger, ownership, context.metrics)
        let work = Executor(
            ledger: ledger, ownership: ownership, control: { control.signal }, console: console.client, rules: rules,
            policy: { policy.present }, logger: context.logger.named("executor"),
            metrics: ExecutorMetrics(context.metrics))
        return (work, ownership)
    }

    private static func intake(
        _ kafka: KafkaConnection, _ ledger: LedgerLog, _ publisher: EventPublisher,
        _ executor: (work: Executor, ownership: Ownership), _ keys: @escaping @Sendable () -> KeyRing,
        _ configuration: RemediatorConfiguration,
        _ context: ServiceContext
    ) throws -> any Component {
        let sources = RequestIntake.Sources(
            requests: kafka.name(of: Topics.requests), decisions: kafka.name(of: Topics.decisions))
        let intake = RequestIntake(
            sources, ledger: ledger, deadLetters: kafka.deadLetters(over: publisher),
            signatures: SignatureCheck(requirement: configuration.signing.requirement, keys: keys),
            defaultExpiry: configuration.defaultExpiry, memory: configuration.memory.time,
            logger: context.logger.named("intake"),
            metrics: context.metrics
        ) { partitions in
            await executor.ownership.take(partitions) { try await kafka.partitionCount(of: Topics.requests) }
            await executor.work.ownershipChanged()
        }
        let consumer = try kafka.consumer(
            .executor, topics: [Topics.requests.description, Topics.decisions.description], handler: intake)
        return ConsumerComponent("intake", consumer, context: context)
    }

    private static func planner(
        _ kafka: KafkaConnection, _ publisher: EventPublisher, _ planner: @escaping @Sendable () -> ResponsePlanner,
        _ signer: PlanSigner?,
        _ context: ServiceContext
    ) throws -> any Component {
        let logger = context.logger.named("planner")
        let planner = Planner(planner, publisher: publisher, signer: signer, logger: logger, metrics: context.metrics)
        let stage = StageRunner<EnrichedDetection>(
            "planner", deadLetters: kafka.deadLetters(over: publisher), logger: logger, metrics: context.metrics
        ) { try await planner.handle($0) }
        let consumer = try kafka.consumer(
            .planner, topics: [Topics.enrichedDetections.description], handler: stage)
        return ConsumerComponent("planner", consumer, context: context)
    }
}

/// The ledger with the producer that it writes with, which sends without delay: someone waits for every record of it.
private struct LedgerParts {
    let log: LedgerLog
    let producer: KafkaProducer

    init(_ kafka: KafkaConnection, deadLetters: DeadLetterOffice, _ context: ServiceContext) throws {
        producer = try kafka.producer("ledger", linger: .zero)
        log = LedgerLog(
            follower: try kafka.follower(of: Topics.ledger), publisher: kafka.publisher(over: producer),
            deadLetters: deadLetters, writer: Self.writer(context), keepsKeys: true,
            logger: context.logger.named("ledger"))
    }

    /// A name that no other start of any process has: what it has written, this one has written.
    private static func writer(_ context: ServiceContext) -> String {
        let boot = String(UInt64.random(in: .min ... .max), radix: 36)
        return "\(context.instance)-\(boot)".split(separator: "/").joined(separator: "-")
    }
}

extension ConsoleConfiguration {
    /// With time limits that fit the in-flight window: a request has ended, or was cut off, before anything is concluded
    /// from its silence.
    fileprivate func within(_ rules: ExecutionRules) -> ConsoleConfiguration {
        var copy = self
        copy.settings.resilience.exchangeTime[.remediate] = rules.postTime
        copy.settings.resilience.callTime[.remediate] = rules.fireWithin + rules.postTime
        copy.settings.resilience.concurrency[.remediate] = rules.concurrentPosts
        return copy
    }
}
