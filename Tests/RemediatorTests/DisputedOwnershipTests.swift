import Connections
import Cybereason
import JSON
import Kafka
import Model
import Pipeline
import Policy
import Runtime
import TestSupport
import Testing

@testable import Remediator
@testable import Simulator

@Suite("Two executors that both believe to own everything")
struct DisputedOwnershipTests {
    @Test("the log's order decides: each request is carried out exactly once")
    func once() async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: 40)) { bench in
            for number in 0..<40 { try await accept(number, bench) }
            async let one = Rival(bench, "first")
            async let other = Rival(bench, "second")
            let (first, second) = try await (one, other)
            for number in 0..<40 {
                try await bench.request("r\(number)", "is submitted") { $0.phase == .submitted }
            }
            let targets = bench.journal.flatMap(\.actions).compactMap(\.target)
            #expect(targets.count == 40 && Set(targets).count == 40)
            await first.stop()
            await second.stop()
        }
    }

    private func accept(_ number: Int, _ bench: Bench) async throws {
        var request = RemediationRequest()
        request.requestId = "r\(number)"
        request.actionsByMachine = [
            Northwind.fileServer: [
                RemediationAction(targetId: Northwind.process(number), actionType: .killProcess)
            ]
        ]
        var fact = LedgerFact(.accepted, of: "r\(number)", writer: "bench", at: .now())
        fact.request = request
        fact.notAfter = .now() + .seconds(600)
        try await bench.publish(fact, key: fact.key, to: Topics.ledger)
    }
}

/// An executor with its own eyes and hands that takes every request for its own.
private struct Rival {
    private let executor: Executor
    private let ledger: LedgerLog
    private let producer: KafkaProducer
    private let console: ConsoleConnection
    private let tasks: [Task<Void, any Error>]

    init(_ bench: Bench, _ name: String) async throws {
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
        let everything = Ownership(partitionCount: 1)
        everything.set([0])
        let executor = Executor(
            ledger: ledger, ownership: everything, control: { .clear }, console: console.client, rules: .testing,
            policy: { PolicyInForce(.open) },
            logger: context.logger, metrics: ExecutorMetrics(context.metrics))
        tasks = [Task { try await ledger.run() }, Task { try await executor.run() }]
        self.ledger = ledger
        self.executor = executor
        try await ledger.caughtUp()
    }

    func stop() async {
        await executor.stop()
        await console.stop()
        await ledger.stop()
        await producer.close(within: .seconds(2))
        for task in tasks { task.cancel() }
    }
}
