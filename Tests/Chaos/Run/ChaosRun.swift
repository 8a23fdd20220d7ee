import FoundationEssentials
import Glibc
import JSON
import Kafka
import Model
import Pipeline
import Runtime
import Synchronization

/// One run from its beginning to the judge's word.
final class ChaosRun: Sendable {
    let options: ChaosOptions
    let out: TextOutput
    let files: ChaosFiles
    let tally = Tally()
    let progress = Progress()
    let console: Console
    let broker: Broker
    private let begun = ContinuousClock.now
    let published = Mutex<[String]>([])

    init(_ options: ChaosOptions, _ out: TextOutput) throws {
        self.options = options
        self.out = out
        out.line("chaos: seed \(options.seed), \(options.requests) requests, \(options.kills) kills")
        console = try Console()
        broker = try Broker(options, tally)
        // Last, for it is the only one that leaves something behind.
        files = try ChaosFiles(options)
        let place = broker.mock == nil ? "Kafka at \(broker.settings.kafka.bootstrapServers)" : "the embedded broker"
        out.line("chaos: on \(place), topics \(broker.settings.prefix)*; logs and records in \(files.path)")
    }

    /// Runs; true without a violation.
    func perform() async -> Bool {
        var verdict = Verdict()
        do {
            verdict = try await play()
        } catch {
            tally.problem("\(error)")
        }
        let problems = tally.now.problems
        for problem in problems { out.line("violation: run: \(problem)") }
        let violations = verdict.violations + problems.count
        if violations == 0, !options.keepsRecords {
            files.remove()
        } else {
            out.line("chaos: logs and records are in \(files.path)")
            if violations > 0 { out.line("chaos: to play it again: \(options.replay)") }
        }
        out.line(
            "chaos: seed=\(options.seed) requests=\(options.requests) kills=\(tally.now.kills) "
                + "parked=\(verdict.parked) violations=\(violations)")
        return violations == 0
    }

    private func play() async throws -> Verdict {
        // Of the plan's world only what does not depend on the beginning is needed by now.
        let early = ChaosPlan(options, begin: .now())
        let scenario = try files.write(early.world.base, to: "scenario.json")
        let simulator = try await SimulatorProcess.start(scenario, options, log: files.file("simulator.log"))
        defer { simulator.process.signal(SIGKILL) }
        let relay = try Relay(to: simulator.port, seed: options.seed)
        let settings = try settings("http://127.0.0.1:\(relay.port)", early.world.guards)
        try await broker.prepare(settings)
        let fleet = Fleet(settings, options, files, console, tally)
        let following = try follow(fleet)
        defer { for task in following.tasks { task.cancel() } }
        do {
            let plan = try await begin(fleet, simulator.url)
            let approver = Approver(
                progress: progress, broker: broker, settings: settings, options: options, tally: tally)
            let approving = Task { await approver.run() }
            defer { approving.cancel() }
            relay.setHarmless(false)
            await strikeAndPublish(plan, fleet, following.aim)
            relay.setHarmless(true)
            try await end(plan, fleet, settings, simulator.url)
            approving.cancel()
            await approving.value
            say("people were asked about \(await approver.told)")
        } catch {
            await fleet.leave()
            throw error
        }
        say(
            "connections: \(relay.numbers.carried) carried, \(relay.numbers.reset) reset when made; refused for a while "
                + "\(relay.numbers.closures) times")
        say("ending the services")
        await fleet.leave()
        let verdict = await Judge(self, settings, simulator.url).verdict()
        await broker.close()
        await console.close()
        return verdict
    }

    private func settings(_ simulator: String, _ guards: ChaosGuards) throws -> ChaosSettings {
        ChaosSettings(
            bootstrapServers: broker.settings.kafka.bootstrapServers, prefix: broker.settings.prefix,
            isMock: broker.mock != nil, simulator: simulator,
            passwordFile: try files.write(Array(ChaosWorld.password.utf8), to: "console-password"),
            policyFile: try files.write(Array(guards.policy.utf8), to: "policy.yaml"),
            sessionTimeout: options.sessionTimeout, inherited: ChaosSettings.inherited(options.environment))
    }

    private func follow(_ fleet: Fleet) throws -> (tasks: [Task<Void, Never>], aim: Aim) {
        let aim = Aim(fleet)
        let progress = progress
        let requests = broker.connection.name(of: Topics.requests)
        let tasks = [
            try broker.follow(Topics.ledger.description) { aim.take($0) },
            try broker.follow(Topics.requests.description) { progress.takeRequests($0) },
            try broker.follow(Topics.results.description) { progress.takeResults($0) },
            try broker.follow(Topics.detections.description) { progress.takeDetections($0) },
            try broker.follow(Topics.deadLetters.description) { progress.takeDeadLetters($0, requests: requests) },
        ]
        return (tasks, aim)
    }

    // MARK: - Phases

    private func begin(_ fleet: Fleet, _ simulator: String) async throws -> ChaosPlan {
        for role in Role.allCases { await fleet.resize(role, to: role == .remediator ? 3 : 2) }
        let missing = await fleet.ready(within: .seconds(90))
        guard missing.isEmpty else { throw ChaosError("not ready within 90 s: \(missing)") }
        let plan = ChaosPlan(options, begin: .now())
        try await console.setFaults(plan.faults.rules, of: simulator)
        try await console.add(plan.world.contents, to: simulator)
        say(
            "3 remediators, 2 trackers, 2 enrichers, 2 detectors are ready; \(plan.world.machines.count) machines, "
                + "\(plan.world.targets.count) targets, \(plan.world.malops.count) malops; "
                + "\(plan.strikes.strikes.count) strikes and \(plan.strikes.halts.count) halts within \(Int(options.span / .seconds(1))) s"
        )
        return plan
    }

    private func end(
        _ plan: ChaosPlan, _ fleet: Fleet, _ settings: ChaosSettings, _ simulator: String
    ) async throws {
        fleet.resumeAll()
        let faults = try await console.faults(of: simulator)
        tally.struck(faults)
        try await console.setFaults(Array("{\"rules\": []}".utf8), of: simulator)
        say(
            "all published; faults have ended, everything resumed. They struck: "
                + faults.filter { $0.struck > 0 }.map { "\($0.name) \($0.struck)" }.joined(separator: ", "))
        let missing = await fleet.ready(within: .seconds(120))
        for name in missing { tally.problem("\(name) was not ready again within 120 s") }
        let deadline = ContinuousClock.now + options.patience
        await settle(until: deadline, plan)
        try await resolve(plan, settings, simulator, until: deadline)
        let open = progress.open(atMost: 5)
        if !open.isEmpty { say("still open after \(Int(options.patience / .seconds(1))) s: \(open)") }
    }

    /// Has the person on call decide what is parked.
    private func resolve(
        _ plan: ChaosPlan, _ settings: ChaosSettings, _ simulator: String, until deadline: ContinuousClock.Instant
    ) async throws {
        let person = PersonOnCall(
            progress: progress, console: console, simulator: simulator, settings: settings, options: options)
        // What was decided may come to be parked once more.
        for _ in 0..<3 {
            let parked = progress.summary.parked
            tally.leftUndecided(0)
            guard parked > 0 else { return say("nothing is parked") }
            let decided = try await person.decide()
            tally.leftUndecided(decided.failed.count)
            say(
                "\(parked) parked: \(decided.adopted) adopted, \(decided.givenUp) given up"
                    + (decided.failed.first.map { ", \(decided.failed.count) not decided: \($0)" } ?? ""))
            await settle(until: min(deadline, .now + .seconds(60)), plan)
            guard decided.adopted + decided.givenUp > 0 else { return }
        }
    }

    /// Waits until nothing is open and nothing more is written.
    private func settle(until deadline: ContinuousClock.Instant, _ plan: ChaosPlan) async {
        let begun = ContinuousClock.now
        var (records, since) = (0, ContinuousClock.now)
        while ContinuousClock.now < deadline {
            let summary = progress.summary
            if summary.records != records { (records, since) = (summary.records, .now) }
            let isOver = summary.open == 0 && summary.detected >= plan.world.malops.count
            if isOver, ContinuousClock.now - since > .seconds(4) {
                return say("every request has its end or is parked, \(Self.seconds(since - begun)) later")
            }
            try? await Task.sleep(for: .milliseconds(250))
        }
        say("the wait is over: \(progress.summary)")
    }

    // MARK: - Telling

    func say(_ text: String) {
        out.line("\(LineTime.since(begun)) \(text)")
    }

    /// One line on how it stands.
    func tell() {
        let (numbers, summary) = (tally.now, progress.summary)
        say(
            "published \(published.withLock { $0.count }), ended \(summary.ended), open \(summary.open), "
                + "parked \(summary.parked), malops \(summary.detected); kills \(numbers.kills), stops \(numbers.stops), "
                + "self-kills \(numbers.selfKills), given up \(numbers.givenUp), broker outages \(numbers.brokerRestarts); ready again \(numbers.resumes) "
                + "times, worst after \(Self.seconds(numbers.worstResume)) \(numbers.worstResumed)"
                + (numbers.worstInOutage > .zero ? ", in an outage \(Self.seconds(numbers.worstInOutage))" : ""))
    }

    static func seconds(_ time: Duration) -> String { "\(Double(time.wholeMilliseconds / 100) / 10) s" }
}

/// The time since the beginning, as each line has it.
enum LineTime {
    static func since(_ begun: ContinuousClock.Instant) -> String {
        let seconds = Int((ContinuousClock.now - begun) / .seconds(1))
        let rest = seconds % 60
        return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}
