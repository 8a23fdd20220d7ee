import FoundationEssentials
import Glibc
import JSON
import Runtime
import Synchronization

/// One place in a role: a process that is started again whenever it was killed, until the place is given up.
final class Instance: Sendable {
    let role: Role
    let name: String

    private struct State {
        var process: ChildProcess?
        var starts = 0
        var isReady = false
        var isStopped = false
        var isLeaving = false
        /// After our own SIGKILL: how long the place stays empty.
        var emptyFor: Duration?
    }

    private let configuration: ChildProcess.Configuration
    private let console: Console
    private let log: RotatingLog
    private let tally: Tally
    private let state = Mutex(State())

    init(
        _ role: Role, name: String, _ configuration: ChildProcess.Configuration, log: RotatingLog, _ console: Console,
        _ tally: Tally
    ) {
        self.role = role
        self.name = name
        self.configuration = configuration
        self.log = log
        self.console = console
        self.tally = tally
    }

    /// Whether it may be struck: it runs, and is not struck already.
    var isStrikeable: Bool {
        state.withLock { $0.process?.currentStatus == nil && $0.process != nil && !$0.isStopped && !$0.isLeaving }
    }
    var isReady: Bool { state.withLock { $0.isReady && !$0.isStopped } }
    var processID: Int32? { state.withLock { $0.process?.processID } }

    /// Runs the place until it is given up.
    func run() async {
        while true {
            do {
                let process = try await start()
                let status = await process.status()
                guard let pause = settle(status) else { return }
                try? await Task.sleep(for: pause)
            } catch {
                tally.problem("\(name) cannot be started: \(error)")
                return
            }
        }
    }

    // MARK: - Blows

    /// Kills it now; it is started again after a while.
    func kill(restartAfter pause: Duration) {
        let process = state.withLock { state in
            state.emptyFor = pause
            return state.process
        }
        log.write("-- chaos: SIGKILL")
        if process?.signal(SIGKILL) == true { tally.killed() }
    }

    /// Stops it for a while.
    func stop(for time: Duration, thenKill: Bool) {
        let process = state.withLock { state in
            state.isStopped = true
            return state.process
        }
        process?.signal(SIGSTOP)
        log.write("-- chaos: SIGSTOP for \(time)")
        tally.stopped()
        Task {
            try? await Task.sleep(for: time)
            log.write("-- chaos: SIGCONT\(thenKill ? " and SIGKILL" : "")")
            resume()
            guard thenKill else { return }
            try? await Task.sleep(for: .milliseconds(60))
            kill(restartAfter: .milliseconds(500))
        }
    }

    /// Lets it go on if it was stopped.
    func resume() {
        let process = state.withLock { state in
            state.isStopped = false
            return state.process
        }
        process?.signal(SIGCONT)
    }

    /// Asks it to end, and gives the place up.
    func leave() async {
        let process = state.withLock { state in
            state.isLeaving = true
            return state.process
        }
        resume()
        guard let process else { return }
        let status = await process.terminate(grace: .seconds(40))
        // One that was killed in the same moment is none that ends badly, nor one that had not even begun to listen.
        let isExpected = [.exited(0), .signalled(SIGTERM), .signalled(SIGKILL)].contains(status)
        if !isExpected, !state.withLock({ $0.emptyFor != nil }) {
            tally.problem("\(name) was asked to end and did so with \(status)")
        }
    }

    // MARK: - Life

    private func start() async throws -> ChildProcess {
        let begun = ContinuousClock.now
        let process = try await ChildProcess.start(configuration)
        let isAgain = state.withLock { state in
            state.process = process
            state.isReady = false
            state.isStopped = false
            state.emptyFor = nil
            state.starts += 1
            return state.starts > 1
        }
        log.write("-- chaos: \(name) is process \(process.processID)")
        Task { await listen(to: process, since: begun, isAgain: isAgain) }
        if state.withLock({ $0.isLeaving }) { process.signal(SIGTERM) }
        return process
    }

    /// Keeps what it prints, and learns from it where to ask whether it is ready.
    private func listen(to process: ChildProcess, since begun: ContinuousClock.Instant, isAgain: Bool) async {
        var isFound = false
        for await line in process.lines {
            log.write(line.text)
            guard !isFound, let port = Self.port(in: line.text) else { continue }
            isFound = true
            Task { await watch(process, port: port, since: begun, isAgain: isAgain) }
        }
    }

    private static func port(in line: String) -> Int? {
        guard line.contains("http.port") else { return nil }
        let port: Int64?? = try? withJSON(Array(line.utf8)) { (root) throws(JSONError) in root["http.port"]?.asInt64 }
        return (port ?? nil).map { Int($0) }
    }

    /// Asks until it is ready. Stops of the process count, too: it is the time that nobody did its work.
    private func watch(
        _ process: ChildProcess, port: Int, since begun: ContinuousClock.Instant, isAgain: Bool
    ) async {
        while process.currentStatus == nil {
            if await console.isReady(port: port) {
                state.withLock { if $0.process === process { $0.isReady = true } }
                if isAgain { tally.resumed(name, after: .now - begun) }
                return
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// What its end means: the pause before it is started again; nil if the place was given up.
    private func settle(_ status: ChildProcess.Status) -> Duration? {
        let (isLeaving, emptyFor) = state.withLock { state in
            state.isReady = false
            return (state.isLeaving, state.emptyFor)
        }
        log.write("-- chaos: ended, \(status)")
        if isLeaving { return nil }
        if let emptyFor { return emptyFor }
        switch status {
        // Only a remediator has a timer that kills it.
        case .signalled(SIGKILL) where role == .remediator: tally.endedItself(name)
        case .exited(75): tally.gaveUp(name)
        default: tally.problem("\(name) ended by itself with \(status)")
        }
        return .milliseconds(500)
    }
}
