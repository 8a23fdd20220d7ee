internal import HTTPClient
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime
internal import TestSupport
internal import Testing

@testable import Tracker

@Suite("A tracker that can write no more", .kafka)
struct DeadProducerTests {
    /// A desk of its own, some of whose producers are dead.
    private struct Desk {
        let desk: TrackingDesk<ContinuousClock>
        let log = LogCapture()
        let ledger: LedgerLog
        private let reading: Task<Void, any Error>
        private let producers: [KafkaProducer]
        private let http: HTTPClient

        init(_ bench: TrackerBench, ledgerLives: Bool, resultsLive: Bool) async throws {
            let context = bench.deployment.context("tracker", log: log)
            producers = [try bench.connection.producer(linger: .zero), try bench.connection.producer()]
            if !ledgerLives { await producers[0].close(within: .zero) }
            if !resultsLive { await producers[1].close(within: .zero) }
            let publishers = producers.map { bench.connection.publisher(over: $0) }
            let ledger = LedgerLog(
                follower: try bench.connection.follower(of: Topics.ledger), publisher: publishers[0],
                deadLetters: bench.connection.deadLetters(over: publishers[1]), writer: "desk", logger: context.logger)
            self.ledger = ledger
            reading = Task { try await ledger.run() }
            http = try HTTPClient(HTTPClientConfiguration())
            desk = TrackingDesk(
                .init(
                    pace: .init(shortest: .milliseconds(20), longest: .milliseconds(50)), deadline: .seconds(60),
                    concurrency: 2, limits: .init(verifyFor: .seconds(60), amendFor: .seconds(60))),
                ledger: ledger, console: CybereasonConsole(client: TrackerBench.client(bench.console.url, http)),
                topic: ResultTopic(connection: bench.connection, publisher: publishers[1]),
                observation: TrackingObservation(context), clock: ContinuousClock())
            try await ledger.caughtUp()
            await desk.begin()
            await desk.assign([0, 1])
        }

        func stop() async {
            await desk.end(within: .seconds(5))
            await ledger.stop()
            _ = await reading.result
            for producer in producers { await producer.close(within: .seconds(1)) }
            await http.shutdown()
        }
    }

    @Test("an end that the ledger does not take is tried again at every poll; the next tracker writes it")
    func ledger() async throws {
        try await TrackerBench.run { bench in
            let dead = try await Desk(bench, ledgerLives: false, resultsLive: true)
            try await bench.submit("r", [TrackerBench.target("f1")])
            try await eventually("it is tried again and again") {
                dead.log.lines.count { $0.contains("end cannot be written to the ledger") } > 2
            }
            #expect(await dead.desk.tracked["r"] != nil, "it is still followed")
            #expect(
                !bench.results("r").contains { $0.state.isEnd }, "no end is published that the ledger does not have")
            #expect(bench.ledger.entry("r")?.request.end == nil)
            await dead.stop()
            let tracker = try await RunningTracker(bench)
            #expect(try await bench.verified("r").state == .succeeded)
            await tracker.stop()
        }
    }

    @Test("results that Kafka does not take are not taken for written; the next tracker writes them")
    func results() async throws {
        try await TrackerBench.run { bench in
            let dead = try await Desk(bench, ledgerLives: true, resultsLive: false)
            try await bench.submit("r", [TrackerBench.target("f1")])
            try await eventually("the end is in the ledger") { bench.ledger.entry("r")?.request.end != nil }
            try await eventually("it cannot be written") { dead.log.contains(message: "results cannot be written") }
            #expect(await dead.desk.book.newest("r", partition: 0) == nil)
            #expect(await dead.desk.book.newest("r", partition: 1) == nil)
            #expect(bench.results("r").isEmpty)
            await dead.stop()
            let tracker = try await RunningTracker(bench)
            #expect(try await bench.verified("r").state == .succeeded)
            await tracker.stop()
        }
    }
}
