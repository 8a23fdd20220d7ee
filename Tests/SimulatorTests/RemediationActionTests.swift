import Testing

@testable import Simulator

@Suite("the course of an action by values")
struct RemediationActionTests {
    static func action(
        _ behaviour: RemediationBehaviour = RemediationBehaviour(), attempt: Int = 0
    ) -> RemediationAction {
        RemediationAction(
            machine: "1.2", target: "1.3", type: "KILL_PROCESS", behaviour: behaviour, attempt: attempt, now: 1000)
    }

    static func steps(
        _ action: inout RemediationAction, now: Int64, online: Bool = true, logsOffline: Bool = true
    ) -> [RemediationAction.Step] {
        var steps: [RemediationAction.Step] = []
        while let step = action.advance(now: now, isOnline: online, logsWhileOffline: logsOffline) {
            steps.append(step)
        }
        return steps
    }

    @Test("each stage lasts as long as it should, and the last one asks for the deed")
    func stages() {
        var action = Self.action()
        #expect(action.dueAt == 1050)
        #expect(Self.steps(&action, now: 1049) == [])
        #expect(Self.steps(&action, now: 1050) == [.log("PENDING")])
        #expect(Self.steps(&action, now: 1200) == [.log("IN_PROGRESS")])
        #expect(Self.steps(&action, now: 1500) == [.perform])
        #expect(action.dueAt == nil && !action.hasEnded)
        action.finish("SUCCESS")
        #expect(action.hasEnded)
        #expect(Self.steps(&action, now: 9999) == [])
    }

    @Test("what was due long ago is caught up with in order")
    func catchingUp() {
        var action = Self.action()
        #expect(Self.steps(&action, now: 60_000) == [.log("PENDING"), .log("IN_PROGRESS"), .perform])
    }

    @Test("an absent sensor holds it, with or without a word in the log, until it is resumed")
    func holding() {
        for logsOffline in [true, false] {
            var action = Self.action()
            let before = Self.steps(&action, now: 5000, online: false, logsOffline: logsOffline)
            #expect(before == (logsOffline ? [.log("PENDING")] : []))
            #expect(action.dueAt == nil)
            #expect(Self.steps(&action, now: 6000) == [], "nothing happens by itself")
            action.resume(now: 7000)
            let after = Self.steps(&action, now: 8000)
            #expect(before + after == [.log("PENDING"), .log("IN_PROGRESS"), .perform])
        }
    }

    @Test("a sensor that goes away in the middle holds what it has begun")
    func leavingInTheMiddle() {
        var action = Self.action()
        _ = Self.steps(&action, now: 1200)
        #expect(action.stage == .inProgress)
        #expect(Self.steps(&action, now: 2000, online: false) == [])
        action.resume(now: 3000)
        #expect(Self.steps(&action, now: 3000) == [.perform])
    }

    @Test("NEVER stays in progress, and resuming does not end it")
    func never() {
        var action = Self.action(RemediationBehaviour(outcomes: ["NEVER"]))
        #expect(Self.steps(&action, now: 60_000) == [.log("PENDING"), .log("IN_PROGRESS")])
        action.resume(now: 61_000)
        #expect(Self.steps(&action, now: 120_000) == [])
    }

    @Test("attempts have their outcomes in turn, the last one for ever")
    func attempts() {
        let behaviour = RemediationBehaviour(outcomes: ["FAILURE", "SUCCESS"])
        #expect((0..<3).map { Self.action(behaviour, attempt: $0).outcome } == ["FAILURE", "SUCCESS", "SUCCESS"])
    }

    @Test("an abort ends what it can reach, and the end follows when nothing is left")
    func abort() {
        func run() -> RemediationRun {
            var run = RemediationRun(
                id: "r", malop: nil, user: "u", start: 1000, actions: [Self.action(), Self.action()])
            _ = Self.steps(&run.actions[0], now: 1200)
            return run
        }
        var some = run()
        some.abort(.notStarted, status: "ABORTED", at: 1300)
        #expect(some.log.map(\.status) == ["ABORTED"] && some.end == nil)
        #expect(some.actions.map(\.hasEnded) == [false, true])
        var all = run()
        all.abort(.unfinished, status: "ABORTED", at: 1300)
        #expect(all.log.count == 2 && all.end == 1300 && all.hasEnded)
        var none = run()
        none.abort(.nothing, status: "ABORTED", at: 1300)
        #expect(none.log.isEmpty && none.actions.map(\.hasEnded) == [false, false])
    }

    @Test("the queue of what is due returns it in the order of time, then of entry")
    func dueQueue() {
        var queue = DueQueue()
        let times: [Int64] = [50, 10, 40, 10, 30, 20, 60, 10]
        for (index, time) in times.enumerated() { queue.push("\(time)/\(index)", at: time) }
        #expect(queue.first == 10)
        #expect(queue.pop(due: 9) == nil)
        var order: [String] = []
        while let id = queue.pop(due: 50) { order.append(id) }
        #expect(order == ["10/1", "10/3", "10/7", "20/5", "30/4", "40/2", "50/0"])
        #expect(queue.first == 60)
        for index in 0..<50 { queue.push("same/\(index)", at: 5) }
        #expect((0..<50).compactMap { _ in queue.pop(due: 5) } == (0..<50).map { "same/\($0)" })
    }
}
