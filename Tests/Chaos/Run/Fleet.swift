import Glibc
import Model
import Runtime
import Synchronization

/// All instances of all services.
final class Fleet: Sendable {
    private struct State {
        var instances: [Instance] = []
        var last: [Role: Int] = [:]
    }

    private let settings: ChaosSettings
    private let options: ChaosOptions
    private let files: ChaosFiles
    private let console: Console
    private let tally: Tally
    private let state = Mutex(State())

    init(_ settings: ChaosSettings, _ options: ChaosOptions, _ files: ChaosFiles, _ console: Console, _ tally: Tally) {
        self.settings = settings
        self.options = options
        self.files = files
        self.console = console
        self.tally = tally
    }

    // MARK: - Size

    /// Adds an instance, which is started at once.
    func add(_ role: Role) {
        let number = state.withLock { state in
            state.last[role, default: 0] += 1
            return state.last[role, default: 0]
        }
        let name = "\(role.rawValue)-\(number)"
        let instance = Instance(
            role, name: name,
            ChildProcess.Configuration(
                executable: "\(options.executables)/\(role.rawValue)", environment: settings.environment(of: role)),
            log: RotatingLog(files.file("\(name).log")), console, tally)
        state.withLock { $0.instances.append(instance) }
        Task { await instance.run() }
    }

    /// Adds or removes instances of a role until there are so many. The oldest go.
    func resize(_ role: Role, to size: Int) async {
        while count(role) < size { add(role) }
        while count(role) > size {
            let leaving = state.withLock { state -> Instance? in
                guard let index = state.instances.firstIndex(where: { $0.role == role }) else { return nil }
                return state.instances.remove(at: index)
            }
            await leaving?.leave()
        }
    }

    func count(_ role: Role) -> Int { state.withLock { $0.instances.count { $0.role == role } } }

    /// Waits until every instance is ready; the names of those that are not by then.
    func ready(within limit: Duration) async -> [String] {
        let deadline = ContinuousClock.now + limit
        while true {
            let missing = state.withLock { $0.instances.filter { !$0.isReady }.map(\.name) }
            if missing.isEmpty || ContinuousClock.now > deadline { return missing }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    func resumeAll() {
        for instance in state.withLock({ $0.instances }) { instance.resume() }
    }

    /// Ends everything, in order of the flow's end to its beginning.
    func leave() async {
        let instances = state.withLock { state in
            defer { state.instances = [] }
            return state.instances
        }
        await withTaskGroup { group in
            for instance in instances { group.addTask { await instance.leave() } }
        }
    }

    // MARK: - Blows

    /// Strikes one of a role; of any role if that one has none to strike. False if there is nobody at all.
    @discardableResult
    func strike(_ blow: Strike.Blow, _ role: Role, pick: Int) -> Bool {
        let instances = state.withLock { $0.instances }.filter(\.isStrikeable)
        let wanted = instances.filter { $0.role == role }
        let chosen = wanted.isEmpty ? instances : wanted
        guard !chosen.isEmpty else { return false }
        perform(blow, on: chosen[pick % chosen.count])
        return true
    }

    /// Strikes a process. False if it is none of ours, or struck already.
    func strike(_ blow: Strike.Blow, process: Int32) -> Bool {
        let instance = state.withLock { $0.instances.first { $0.processID == process } }
        guard let instance, instance.isStrikeable else { return false }
        perform(blow, on: instance)
        return true
    }

    private func perform(_ blow: Strike.Blow, on instance: Instance) {
        switch blow {
        case .kill(let pause): instance.kill(restartAfter: pause)
        case .stop(let time): instance.stop(for: time, thenKill: false)
        case .stopThenKill(let time): instance.stop(for: time, thenKill: true)
        }
    }
}
