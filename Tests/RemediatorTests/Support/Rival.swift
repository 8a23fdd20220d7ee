import Connections
import Cybereason
import JSON
import Kafka
import Model
import Pipeline
import Policy
import Runtime

@testable import Remediator
@testable import Simulator

/// An executor with its own eyes and hands that takes every request for its own.
struct Rival {
    private let executor: Executor
    private let ledger: LedgerLog
    private let producer: KafkaProducer
    private let console: ConsoleConnection
    private let tasks: [Task<Void, any Error>]

    /// - Parameters:
    ///   - control: The halt switch.
    ///   - turnstile: Where every request waits before its gate is asked.
    init(
        _ bench: Bench, _ name: String, _ policy: ResponsePolicy = .open, rules: ExecutionRules = .testing,
        control: @escaping @Sendable () -> ControlWatch.Signal = { .clear }, turnstile: Turnstile? = nil
    ) async throws {
        let context = ServiceContext(name: name, logger: Logger(label: name, sink: bench.logs.sink))
        let kafka = KafkaConnection(bench.kafka, service: name, logger: context.logger, metrics: context.metrics)
        producer = try kafka.producer(linger: .zero)
        let publisher = kafka.publisher(over: producer)
        let ledger = LedgerLog(
            follower: try kafka.follower(of: Topics.ledger), publisher: publisher,
            deadLetters: kafka.deadLetters(over: publisher), writer: name, logger: context.logger)
        let settings = try ConsoleSettings(
            baseURL: bench.simulator.consoleURL,
            credentials: Credentials(username: Northwind.user, password: .init("parry")))
        console = try ConsoleConnection(ConsoleConfiguration(settings: settings), context: context)
        let client: any ResponseConsole = console.client
        let everything = Ownership(partitionCount: 1)
        everything.set([0])
        let executor = Executor(
            ledger: ledger, ownership: everything, control: control,
            console: turnstile.map { TurnstileConsole(console: client, turnstile: $0) } ?? client, rules: rules,
            policy: { PolicyInForce(policy) },
            logger: context.logger, metrics: ExecutorMetrics(context.metrics))
        tasks = [Task { try await ledger.run() }, Task { try await executor.run() }]
        self.ledger = ledger
        self.executor = executor
        try await ledger.caughtUp()
    }

    /// How many requests of its own sight are like this.
    func knows(_ condition: (LedgerRequest) -> Bool) -> Int {
        ledger.known.compactMap { ledger.entry($0)?.request }.count(where: condition)
    }

    func stop() async {
        await executor.stop()
        await console.stop()
        await ledger.stop()
        await producer.close(within: .seconds(2))
        for task in tasks { task.cancel() }
    }
}
