internal import Connections
internal import HTTPClient
internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime
internal import TestSupport
internal import Testing

@testable import Cybereason
@testable import Tracker

/// A Kafka, a console, a writer of facts in the executor's place, and a reader of results.
final class TrackerBench: Sendable {
    let deployment: Deployment
    let console: SimulatedConsole
    let ledger: LedgerLog
    let connection: KafkaConnection
    private let publisher: EventPublisher
    private let producer: KafkaProducer
    private let http: HTTPClient
    private let client: ConsoleClient
    private let reader: KafkaFollower
    private let received = Collector<RemediationResult>()
    private let tasks: [Task<Void, any Error>]

    /// Runs a test on a bench of its own.
    static func run(partitions: Int = 2, _ body: (TrackerBench) async throws -> Void) async throws {
        let bench = try await TrackerBench(partitions: partitions)
        do {
            try await body(bench)
        } catch {
            await bench.end()
            throw error
        }
        await bench.end()
    }

    private init(partitions: Int) async throws {
        deployment = try await Deployment(partitions: partitions)
        let logger = Logger(label: "test", sink: .none)
        connection = KafkaConnection(deployment.settings, service: "executor", logger: logger, metrics: Metrics())
        producer = try connection.producer(linger: .zero)
        publisher = connection.publisher(over: producer)
        ledger = LedgerLog(
            follower: try connection.follower(of: Topics.ledger), publisher: publisher,
            deadLetters: connection.deadLetters(over: publisher), writer: "executor", logger: logger)
        reader = try connection.follower(of: Topics.results)
        console = try SimulatedConsole()
        http = try HTTPClient(HTTPClientConfiguration())
        client = Self.client(console.url, http)
        tasks = [
            Task { [ledger] in try await ledger.run() },
            Task { [reader, received] in
                try await reader.run { records in
                    for record in records where record.value != nil {
                        guard let result = try? RecordReader.read(record, as: RemediationResult.self) else { continue }
                        received.append(result)
                    }
                }
            },
        ]
        try await ledger.caughtUp()
    }

    private func end() async {
        await ledger.stop()
        await reader.stop()
        for task in tasks { task.cancel() }
        await producer.close(within: .seconds(1))
        await http.shutdown()
        await console.stop()
    }

    /// A client that soon tries again.
    static func client(_ url: String, _ http: HTTPClient) -> ConsoleClient {
        let credentials = Credentials(
            username: SimulatedConsole.user, password: Cybereason.Secret(SimulatedConsole.password))
        do {
            var settings = try ConsoleSettings(baseURL: url, credentials: credentials)
            settings.resilience.backoff = Cybereason.Backoff(base: .milliseconds(5), cap: .milliseconds(20))
            settings.resilience.defaultPause = .milliseconds(50)
            settings.resilience.breaker = .init(
                failures: 5, pause: .milliseconds(50), longestPause: .milliseconds(100))
            settings.session.shortBackoff = Cybereason.Backoff(base: .milliseconds(5), cap: .milliseconds(20))
            return ConsoleClient(settings, http: http)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    // MARK: - In the executor's place

    static func target(_ name: String, _ type: ActionType = .quarantineFile) -> ActionTarget {
        let machine = name == "offline" ? SimulatedConsole.away : SimulatedConsole.machine
        return ActionTarget(machineId: machine, targetId: SimulatedConsole.targets[name] ?? name, actionType: type)
    }

    /// Accepts a request.
    func accept(_ id: String, _ targets: [ActionTarget], malop: String? = nil) async throws -> RemediationRequest {
        let request = Samples.request(targets, malop: malop)
        var fact = ledger.fact(.accepted, of: id)
        fact.request = request
        fact.digest = request.digest
        fact.origin = Origin(topic: "requests", partition: 1, offset: 5, timestamp: .now())
        #expect(try await ledger.append(fact) == .allowed)
        return request
    }

    /// Accepts a request and has the console carry it out.
    @discardableResult
    func submit(_ id: String, _ targets: [ActionTarget], malop: String? = nil) async throws -> String {
        let request = try await accept(id, targets, malop: malop)
        #expect(try await ledger.append(ledger.fact(.intent, of: id, attempt: 1)) == .allowed)
        let actions = request.targets.map {
            RemediationOrder.Action(
                machineID: $0.machineId, targetID: $0.targetId,
                type: RemediationActionType(rawValue: $0.actionType.rawValue))
        }
        let outcome = await client.remediate(
            RemediationOrder(malopID: malop, initiator: SimulatedConsole.user, actions: actions))
        guard case .submitted(let report) = outcome else { throw Unexpected("\(outcome)") }
        var fact = ledger.fact(.submitted, of: id, attempt: 1)
        fact.remediationId = report.remediationID
        #expect(try await ledger.append(fact) == .allowed)
        return report.remediationID
    }

    /// Writes all that there is of a request that has succeeded, without asking the console for anything.
    func finish(_ id: String, _ targets: [ActionTarget]) async throws {
        _ = try await accept(id, targets)
        var submitted = ledger.fact(.submitted, of: id, attempt: 1)
        submitted.remediationId = "remediation of \(id)"
        #expect(
            try await ledger.append([ledger.fact(.intent, of: id, attempt: 1), submitted]) == [.allowed, .allowed])
        try await end(id, .succeeded, .completed)
    }

    /// Has the ledger forget a request, as the executor does long after its end.
    func forget(_ id: String) async throws {
        let facts = try await deployment.events(of: Topics.ledger).filter { $0.requestId == id }
        try await deployment.publisher.forget(facts.map(\.key), on: Topics.ledger)
        try await eventually("\(id) is forgotten") { ledger.entry(id) == nil }
    }

    /// Appends an end, as the executor or an earlier tracker did.
    func end(_ id: String, _ state: RequestState, _ reason: Reason, detail: String? = nil) async throws {
        var fact = ledger.fact(.ended, of: id)
        fact.state = state
        fact.reason = reason
        fact.detail = detail
        #expect(try await ledger.append(fact) == .allowed)
    }

    /// Writes a result in some tracker's place.
    func write(_ result: RemediationResult, key: String? = nil) async throws {
        _ = try await publisher.publish(result, key: key ?? result.requestId, to: Topics.results)
    }

    /// The result that the ledger's state of a request makes, a little changed.
    func result(_ id: String, _ change: (inout RemediationResult) -> Void) throws -> RemediationResult {
        let request = try #require(ledger.entry(id)?.request)
        var result = RemediationResult(request, tracked: nil, now: .now())
        result.version = 1
        change(&result)
        return result
    }

    // MARK: - What came of it

    /// All results of a request so far, in their order.
    func results(_ id: String) -> [RemediationResult] { received.items.filter { $0.requestId == id } }

    /// What the results said of an end, in their order.
    func verifications(_ id: String) -> [Verification?] { results(id).filter(\.state.isEnd).map(\.verification) }

    /// Waits for the first end of a request, and checks what always holds: versions rise, and nothing follows the end
    /// but the same end.
    func ended(_ id: String) async throws -> RemediationResult {
        try await eventually("\(id) has ended") { results(id).contains { $0.state.isEnd } }
        try await eventually("the ledger is read as far") { ledger.entry(id)?.request.end != nil }
        try check(id)
        return try #require(results(id).first { $0.state.isEnd })
    }

    /// Waits until an end was verified, or could not be.
    func verified(_ id: String) async throws -> RemediationResult {
        try await eventually("\(id) is verified, or not") {
            guard let last = results(id).last?.verification else { return false }
            return last != .pending
        }
        return try check(id)
    }

    /// Checks what always holds of a request's results and gives the newest.
    @discardableResult
    func check(_ id: String) throws -> RemediationResult {
        let all = results(id)
        #expect(
            zip(all, all.dropFirst()).allSatisfy { $0.version < $1.version }, "versions rise: \(all.map(\.version))")
        if let first = all.firstIndex(where: { $0.state.isEnd }) {
            #expect(all[first...].allSatisfy { $0.state == all[first].state }, "\(all.map(\.state))")
            let end = ledger.entry(id)?.request.end
            #expect(end?.state == all[first].state, "the ledger says the same")
        }
        return try #require(all.last)
    }
}
