internal import FoundationEssentials
internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// A sandbox whose services are ready: what is played on it, told and judged.
struct SandboxStage: Sendable {
    let sandbox: Sandbox
    let scenario: ScenarioParts
    let settings: SandboxSettings
    let ports: [(service: String, port: Int)]
    let services: [SandboxChild]
    let begun: ContinuousClock.Instant

    /// How long the services may take to be ready.
    private static let patience = Duration.seconds(60)

    private var output: TextOutput { sandbox.context.output }
    private var play: Play { sandbox.play ?? Play() }

    /// Starts the simulator and the services, and waits until each is ready.
    static func build(_ sandbox: Sandbox) async throws -> SandboxStage {
        let begun = ContinuousClock.now
        let scenario = try ScenarioParts(file: sandbox.files.scenario)
        try await sandbox.cluster.allow()
        let base = try sandbox.workspace.write(scenario.base, to: "scenario.json")
        let simulator = try await sandbox.start("simulator", arguments: ["--port", "0", "--scenario", base])
        let urls = try await simulator.announcement { line in
            line["console"]?.asString.flatMap { console in
                line["threatIntelligence"]?.asString.map { (console: console, intelligence: $0) }
            }
        }
        let settings = SandboxSettings(
            bootstrapServers: sandbox.cluster.bootstrapServers, consoleURL: urls.console,
            threatIntelligenceURL: urls.intelligence, username: scenario.username,
            passwordFile: try sandbox.workspace.write(Array(scenario.password.utf8), to: "console-password"),
            policyFile: sandbox.files.policy)
        var services: [SandboxChild] = []
        for name in SandboxFiles.services {
            services.append(try await sandbox.start(name, environment: settings.environment(of: name)))
        }
        let ports = try await ready(services, sandbox)
        return SandboxStage(
            sandbox: sandbox, scenario: scenario, settings: settings, ports: ports, services: services, begun: begun)
    }

    /// Waits until every service says that it is ready; gives their ports.
    private static func ready(
        _ services: [SandboxChild], _ sandbox: Sandbox
    ) async throws -> [(service: String, port: Int)] {
        try await withThrowingTaskGroup(of: (service: String, port: Int)?.self) { group in
            for service in services {
                group.addTask {
                    let port = try await service.announcement { $0["http.port"]?.asInt64.map { Int($0) } }
                    try await sandbox.http.ready(port: port) { !service.hasEnded }
                    return (service.name, port)
                }
            }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            var ports: [(service: String, port: Int)] = []
            while ports.count < services.count, let found = try await group.next() {
                guard let found else {
                    let missing = services.map(\.name).filter { name in !ports.contains { $0.service == name } }
                    throw SandboxError("not ready within \(patience): \(missing.joined(separator: ", "))")
                }
                ports.append(found)
            }
            group.cancelAll()
            return ports.sorted { $0.service < $1.service }
        }
    }

    /// Plays; whether all went as expected.
    func run() async throws -> Bool {
        let start = Timestamp.now()
        let printer = LinePrinter(output: output, style: sandbox.style, times: .since(start), fitsTerminal: true)
        announce()
        let (happenings, tell) = AsyncStream.makeStream(of: Happening.self)
        let following = try await sandbox.cluster.follow { tell.yield($0) }
        defer { for task in following { task.cancel() } }
        let watching = watch { tell.yield($0) }
        defer { watching.cancel() }
        try await sandbox.http.add(scenario.contents, toSimulator: settings.consoleURL)
        var story = SandboxStory(play, scenario.names)
        var isWell: Bool?
        for await happening in happenings {
            printer.print(story.take(happening, now: .now()))
            if let undo = story.undo(after: happening) { try await sandbox.cluster.publish(undo) }
            guard isWell == nil, sandbox.play != nil else { continue }
            let isOver = happening.endsThePlay
            guard isOver || story.score.isComplete else { continue }
            isWell = try await judge(story.score, isLate: isOver, since: start)
            guard sandbox.options.stays else { break }
            invite()
        }
        if !sandbox.options.stays { try Task.checkCancellation() }
        return try await end(isWell ?? (sandbox.play == nil))
    }
}

extension SandboxStage {
    private func announce() {
        let took = LinePrinter.seconds(Int64((ContinuousClock.now - begun) / .milliseconds(1)))
            .drop { $0 == " " }
        output.line("Kafka (embedded) at \(settings.bootstrapServers), console and threat intelligence (simulated) at")
        output.line("\(settings.consoleURL); detector, enricher, remediator, tracker are ready after \(took).")
        output.line()
        guard sandbox.options.stays else { return }
        writeEnvironment()
        if sandbox.play == nil { invite() }
    }

    /// Tells of what nobody on Kafka tells: requests from outside in their time, the end of a service, the end of time.
    private func watch(_ tell: @escaping @Sendable (Happening) -> Void) -> Task<Void, Never> {
        Task {
            await withTaskGroup { group in
                for request in play.requests { group.addTask { await publish(request, tell) } }
                for stray in play.strayDecisions ?? [] { group.addTask { await publish(stray, tell) } }
                for service in services {
                    group.addTask {
                        let how = await service.ending()
                        if !Task.isCancelled { tell(.ended(service: service.name, how)) }
                    }
                }
                if sandbox.play != nil {
                    group.addTask {
                        try? await Task.sleep(until: begun + sandbox.options.deadline, clock: .continuous)
                        if !Task.isCancelled { tell(.deadline) }
                    }
                }
            }
        }
    }

    private func publish(_ request: Play.Request, _ tell: @Sendable (Happening) -> Void) async {
        do {
            try await Task.sleep(for: .milliseconds(request.afterMs ?? 0))
            tell(.published(request.name, try await sandbox.cluster.publish(request)))
        } catch {
            if !Task.isCancelled { tell(.unreadable(topic: "request '\(request.name)'", reason: "\(error)")) }
        }
    }

    private func publish(_ stray: Play.StrayDecision, _ tell: @Sendable (Happening) -> Void) async {
        do {
            try await Task.sleep(for: .milliseconds(stray.afterMs ?? 0))
            try await sandbox.cluster.publish(stray.decision(at: .now()))
        } catch {
            if !Task.isCancelled { tell(.unreadable(topic: "decision on '\(stray.requestId)'", reason: "\(error)")) }
        }
    }

    /// Prints the summary; whether everything is as it was expected.
    private func judge(_ score: Scoreboard, isLate: Bool, since start: Timestamp) async throws -> Bool {
        let made = try await sandbox.http.journal(ofSimulator: settings.consoleURL)
        output.line()
        for line in Summary.table(score.rows, sandbox.style, width: output.width) { output.line(line) }
        output.line()
        for line in Summary.journal(expected: score.expectedPosts, made: made) { output.line(line) }
        for problem in score.problems { sandbox.context.errors.line(PlainText.line("problem: \(problem)")) }
        if isLate, !score.missing.isEmpty {
            sandbox.context.errors.line("The play has no end. What is missing:")
            for missing in score.missing { sandbox.context.errors.line(PlainText.line("  \(missing)")) }
        }
        let isWell = score.isAsExpected(journal: made)
        let took = LinePrinter.seconds(Timestamp.now().milliseconds - start.milliseconds).drop { $0 == " " }
        let words = isWell ? "All \(score.rows.count) as expected" : "NOT as expected"
        output.line(sandbox.style.paint("\(words), after \(took).", isWell ? .good : .bad))
        return isWell
    }

    /// Ends the services, then keeps what they have written if that is wanted.
    private func end(_ isWell: Bool) async throws -> Bool {
        let problems = await Task { await sandbox.stop(grace: .seconds(25)) }.value
        for problem in problems { sandbox.context.errors.line(problem) }
        if sandbox.options.stays { try? FileManager.default.removeItem(atPath: SandboxInvitation.environmentFile) }
        if let directory = sandbox.options.record {
            // Also after Ctrl-C: that is how a sandbox that stays is ended.
            try await Task { try await Recording.write(sandbox.cluster.connection, to: directory) }.value
            output.line("What every topic carried is in \(directory).")
        }
        return isWell && problems.isEmpty
    }
}

/// A sandbox that stays.
extension SandboxStage {
    private func writeEnvironment() {
        let file = SandboxInvitation.environmentFile
        let text = settings.shell(ports: ports, logs: sandbox.workspace.path)
        try? FileManager.default.createDirectory(atPath: ".sandbox", withIntermediateDirectories: true)
        if !FileManager.default.createFile(atPath: file, contents: Data(text.utf8)) {
            sandbox.context.errors.line("\(file) cannot be written")
        }
    }

    private func invite() {
        let invitation = SandboxInvitation(
            directory: FileManager.default.currentDirectoryPath, executable: "\(sandbox.files.executables)/riposte",
            bootstrapServers: settings.bootstrapServers,
            requests: sandbox.cluster.connection.name(of: Topics.requests),
            results: sandbox.cluster.connection.name(of: Topics.results), consoleURL: settings.consoleURL,
            logs: sandbox.workspace.path, target: scenario.spare(beside: play), names: scenario.names)
        output.write(invitation.text)
    }
}

extension Happening {
    /// Whether there is no use in waiting any longer.
    var endsThePlay: Bool {
        switch self {
        case .deadline, .ended: true
        default: false
        }
    }
}
