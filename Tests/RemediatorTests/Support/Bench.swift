import Connections
import Cybereason
import JSON
import Kafka
import Model
import Pipeline
import Policy
import Runtime
import Synchronization
import TestSupport

@testable import Remediator
@testable import Simulator

/// An embedded broker, a simulated console, and as many remediators as a test starts.
final class Bench: Sendable {
    let kafka: KafkaSettings
    let simulator: SimulatorServer
    /// What the ledger says, read by someone who takes no part.
    let ledger: LedgerLog
    let deadLetters = Collector<DeadLetter>()
    private let facts = Collector<LedgerFact>()
    let logs = LogCapture()
    let mock: MockCluster
    private let producer: KafkaProducer
    private let publisher: EventPublisher
    private let followers: [KafkaFollower]
    private let services = Mutex<[RunningService]>([])

    static let partitions = 4

    /// Runs a test on a bench and takes everything down after it.
    ///
    /// - Parameters:
    ///   - allowed: Whether an operator has allowed remediation before the test begins.
    ///   - realTime: The console's clock.
    static func run(
        scenario: String = Northwind.scenario(), allowed: Bool = true,
        realTime: @escaping @Sendable () -> Int64 = { Timestamp.now().milliseconds },
        _ body: (Bench) async throws -> Void
    ) async throws {
        let bench = try await Bench(scenario, realTime)
        do {
            if allowed { try await bench.halt(false) }
            try await body(bench)
        } catch {
            await bench.stop()
            throw error
        }
        await bench.stop()
    }

    private init(_ scenario: String, _ realTime: @escaping @Sendable () -> Int64) async throws {
        mock = try MockCluster()
        for plan in Topics.all {
            try mock.createTopic(
                Topics.defaultPrefix + plan.name, partitions: plan.partitionCount(shared: Self.partitions))
        }
        kafka = KafkaSettings(
            // The mock lets a group whose member has left wait for as long as that one's session might have lasted.
            kafka: try KafkaConfiguration(
                bootstrapServers: mock.bootstrapServers, clientID: "test", settings: ["session.timeout.ms": "6000"]),
            checksTopics: false)
        simulator = try SimulatorServer(
            scenario: Scenario(Document(json: Array(scenario.utf8))), realTime: realTime)
        try simulator.start()
        let logger = Logger(label: "bench", sink: .none)
        // Outside systems may send more than our own producers would.
        let generous = try KafkaConfiguration(
            bootstrapServers: mock.bootstrapServers, clientID: "test", settings: ["message.max.bytes": "8000000"])
        let connection = KafkaConnection(
            KafkaSettings(kafka: generous, checksTopics: false), service: "bench", logger: logger, metrics: Metrics())
        producer = try connection.producer(linger: .zero)
        publisher = connection.publisher(over: producer)
        let letters = try connection.follower(of: Topics.deadLetters)
        let log = try connection.follower(of: Topics.ledger)
        let raw = try connection.follower(of: Topics.ledger)
        followers = [letters, log, raw]
        ledger = LedgerLog(
            follower: log, publisher: publisher, deadLetters: connection.deadLetters(over: publisher),
            writer: "bench", logger: logger)
        Task { [ledger] in try await ledger.run() }
        Self.collect(letters, into: deadLetters)
        Self.collect(raw, into: facts)
    }

    private static func collect<Message: Event>(_ follower: KafkaFollower, into collector: Collector<Message>) {
        Task {
            try await follower.run { records in
                for record in records {
                    guard let message = try? RecordReader.read(record, as: Message.self) else { continue }
                    collector.append(message)
                }
            }
        }
    }

    // MARK: - Services

    /// Starts a remediator and waits until it is ready, which it is not to be with a wrong password.
    @discardableResult
    func startRemediator(
        _ rules: ExecutionRules = .enforcing, expiry: Duration = .seconds(3600), policy: String = Bench.noRules,
        policyFile: TemporaryFile? = nil,
        console: String? = nil, password: String = "parry", kafka more: [String: String] = [:],
        deadline: Duration? = nil, memory: Duration = .seconds(14 * 86_400),
        signing: SigningSettings = SigningSettings(),
        hung: @escaping @Sendable (_ step: String) -> Void = { _ in }
    ) async throws -> RunningService {
        let file = try policyFile ?? TemporaryFile(policy)
        let settings = try ConsoleSettings(
            baseURL: console ?? simulator.consoleURL,
            credentials: Credentials(username: Northwind.user, password: .init(password)))
        let configuration = RemediatorConfiguration(
            kafka: try kafka.adding(more), console: ConsoleConfiguration(settings: settings.impatient),
            policyFile: file.path,
            rules: rules, defaultExpiry: expiry, memory: memory, signing: signing)
        let context = ServiceContext(
            name: "remediator", logger: Logger(label: "remediator", level: .debug, sink: logs.sink))
        let service = RunningService(context, deadline: deadline, hung: hung) { [file] in
            defer { withExtendedLifetime(file) {} }
            return try Remediator.components(configuration, context)
        }
        services.withLock { $0.append(service) }
        guard password == "parry" else { return service }
        try await eventually("the remediator is ready") {
            if let code = service.exitCode { throw Missed("the service has ended with \(code.rawValue)") }
            return context.readiness.isReady
        }
        return service
    }

    /// What the remediators count, one's after the other's.
    var metrics: String { services.withLock { $0 }.map { $0.metrics.render() }.joined() }

    /// Nothing is planned, and nothing holds back what is asked for.
    static let noRules = """
        mode: enforce
        rules: []
        caps:
          actionsPerRequest: unlimited
          actionsPerMachine: unlimited
          actionsPerMachineAndHour: unlimited
          machinesPerHour: unlimited
          actionsPerHour: unlimited
        """

    private func stop() async {
        for service in services.withLock({ $0 }) { await service.stop() }
        for follower in followers { await follower.stop() }
        await ledger.stop()
        await producer.close(within: .seconds(2))
        await simulator.stop()
    }

    // MARK: - Publishing

    /// Publishes a record as an outside system would.
    func publish(
        _ value: String?, key: String? = nil, to topic: String = "remediation.requests", partition: Int32? = nil
    ) async throws {
        try await publish(bytes: value.map { Array($0.utf8) }, key: key, to: topic, partition: partition)
    }

    func publish(
        bytes: [UInt8]?, key: String? = nil, to topic: String = "remediation.requests", partition: Int32? = nil,
        headers: [KafkaHeader] = []
    ) async throws {
        let record = OutgoingRecord(
            topic: kafka.prefix + topic, partition: partition, key: key.map { Array($0.utf8) }, value: bytes,
            headers: headers)
        try await producer.send([record])
    }

    func publish<Message>(_ event: Message, key: String, to topic: Topic<Message>) async throws {
        try await publisher.publish(event, key: key, to: topic)
    }

    /// Sets the halt switch.
    func halt(_ on: Bool) async throws {
        var value = ControlSwitch()
        value.on = on
        value.setBy = "operator"
        value.setAt = .now()
        try await publish(value, key: ControlSwitch.halt, to: Topics.control)
    }

    // MARK: - Looking

    /// The request in the ledger, once `condition` holds for it.
    @discardableResult
    func request(
        _ id: String, _ what: String, within limit: Duration = .seconds(90), _ condition: (LedgerRequest) -> Bool
    ) async throws -> LedgerRequest {
        var last: LedgerRequest?
        do {
            try await eventually("\(id) \(what)", within: limit) {
                last = ledger.entry(id)?.request
                return last.map(condition) ?? false
            }
        } catch {
            throw Missed(
                "\(error); it is \(last.map { "\($0)" } ?? "not known")\n\(story)")
        }
        guard let last else { throw Missed("\(id) is not known") }
        return last
    }

    /// What the remediators have logged, for whoever looks into a failure.
    private var story: String {
        logs.lines.filter { !$0.contains("AUTOCREATE") && !$0.contains("component started") }.suffix(40).joined()
    }

    /// Every request of the ledger, once there are so many.
    func requests(_ count: Int) async throws -> [LedgerRequest] {
        try await eventually("\(count) requests are known") { ledger.known.count >= count }
        return ledger.known.compactMap { ledger.entry($0)?.request }
    }

    /// Who has written to the ledger.
    var writers: Set<String> { Set(facts.items.map(\.writer)) }

    /// How many intents were written, whether they count or not.
    var intents: Int { facts.items.count { $0.fact == .intent } }

    /// How many attempts were not sent because of this.
    func notSent(_ reason: Reason) -> Int { facts.items.count { $0.fact == .notSent && $0.reason == reason } }

    /// What the console has accepted.
    var journal: [Journal.Entry] { simulator.machine.withWorld { $0.journal.entries } }

    /// Lets something go wrong at the console.
    func fault(_ rules: String...) throws {
        let parsed = try rules.map { rule in
            try Fields.read(Document(json: Array(rule.utf8)), path: "") { (fields) throws(ScenarioError) in
                try FaultRule(&fields)
            }
        }
        simulator.machine.withWorld { world in world.faults.replace(parsed, now: world.now) }
    }

    /// How often someone has sent the console a login form.
    var logins: Int {
        simulator.machine.withWorld { world in
            let rows = world.counters.document["routes"]?.items ?? []
            let logins = rows.filter { $0["route"]?.text == "/login.html" && $0["method"]?.text == "POST" }
            return Int(logins.first?["count"]?.integer ?? 0)
        }
    }

    func setOnline(_ machine: String, _ isOnline: Bool) {
        simulator.machine.withWorld { $0.setOnline(ElementID("Machine", GUID(machine)), isOnline) }
    }
}

extension KafkaSettings {
    /// With further settings of librdkafka.
    fileprivate func adding(_ more: [String: String]) throws -> KafkaSettings {
        let configuration = try KafkaConfiguration(
            bootstrapServers: kafka.bootstrapServers, clientID: kafka.clientID,
            settings: kafka.settings.merging(more) { $1 })
        return KafkaSettings(kafka: configuration, prefix: prefix, checksTopics: checksTopics)
    }
}

extension ExecutionRules {
    /// Sends, and waits for nothing longer than a test wants to.
    static var enforcing: ExecutionRules {
        var rules = ExecutionRules()
        rules.mode = .enforce
        rules.inFlightWindow = .seconds(4)
        rules.machineRecheck = .milliseconds(300)
        rules.patience = .milliseconds(300)
        return rules
    }
}

extension ConsoleSettings {
    /// With pauses that a test can wait for.
    fileprivate var impatient: ConsoleSettings {
        var copy = self
        copy.resilience.backoff = .init(base: .milliseconds(20), cap: .milliseconds(100))
        copy.resilience.defaultPause = .milliseconds(200)
        copy.resilience.breaker.pause = .milliseconds(200)
        copy.resilience.breaker.longestPause = .milliseconds(500)
        copy.session.shortBackoff = .init(base: .milliseconds(20), cap: .milliseconds(100))
        return copy
    }
}

/// Something that a test waited for did not come to be.
struct Missed: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
