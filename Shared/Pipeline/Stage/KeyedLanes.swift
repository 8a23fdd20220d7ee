internal import Synchronization

/// Runs work in the background: one after the other where the key is the same, side by side where it differs.
public final class KeyedLanes: Sendable {
    private struct Tail {
        let id: UInt64
        let task: Task<Void, Never>
    }

    private struct State {
        var tails: [String: Tail] = [:]
        var running: [UInt64: (group: String, task: Task<Void, Never>)] = [:]
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Lanes without work.
    public init() {}

    /// Starts work behind what was started with the same key before, in whatever group. Work that is cancelled while it
    /// waits begins all the same, to find itself cancelled.
    ///
    /// - Parameters:
    ///   - key: Orders the work, for example a malop's id.
    ///   - group: What ``cancel(group:)`` ends together, for example a partition.
    public func run(key: String, group: String, _ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            let id = state.nextID
            let before = state.tails[key]?.task
            let task = Task { [self] in
                await before?.value
                await work()
                finished(id, key: key)
            }
            state.nextID += 1
            state.tails[key] = Tail(id: id, task: task)
            state.running[id] = (group, task)
        }
    }

    /// Cancels what runs or waits in a group and returns when all of it has ended.
    public func cancel(group: String) async {
        let tasks = state.withLock { state in state.running.values.filter { $0.group == group }.map(\.task) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// How many pieces of work run or wait.
    public var count: Int { state.withLock { $0.running.count } }

    private func finished(_ id: UInt64, key: String) {
        state.withLock { state in
            state.running[id] = nil
            if state.tails[key]?.id == id { state.tails[key] = nil }
        }
    }
}
