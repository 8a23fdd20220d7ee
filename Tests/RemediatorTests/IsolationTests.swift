import JSON
import Model
import TestSupport
import Testing

@testable import Remediator
@testable import Simulator

@Suite("Isolation, over a real ledger and console")
struct IsolationTests {
    static let sensor = "PYLUMCLIENT_SIMULATED_ws"

    static func body(_ id: String, _ action: Model.ActionType = .isolateMachine) -> String {
        GuardrailTests.body(
            id, machine: Northwind.workstation, target: Northwind.workstation, action: action.rawValue)
    }

    static func fault(_ kind: String) -> String {
        LostAnswerTests.fault(kind, path: "/rest/monitor/global/commands/isolate")
    }

    @Test("a machine is isolated and let back, each by one command to its sensor")
    func bothWays() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            for action in [Model.ActionType.isolateMachine, .unisolateMachine] {
                try await bench.publish(Self.body(action.rawValue, action))
                let request = try await bench.request(action.rawValue, "has ended") { $0.end != nil }
                #expect(request.end?.state == .succeeded && request.end?.reason == .completed)
                #expect(request.end?.actions.map(\.platformStatus) == ["Succeeded"])
                #expect(bench.isIsolated == (action == .isolateMachine))
            }
            #expect(bench.journal.map(\.kind) == [.isolate, .unIsolate])
            #expect(bench.journal.allSatisfy { $0.pylumIDs == [Self.sensor] && $0.malop == Northwind.malop })
        }
    }

    @Test("with another action, or with another target than the machine, it is refused, and nothing is sent")
    func refused() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            let (machine, process) = (Northwind.workstation, Northwind.process)
            try await bench.publish(
                #"{"requestId":"mixed","actionsByMachine":{"\#(machine)":["#
                    + #"{"targetId":"\#(machine)","actionType":"ISOLATE_MACHINE"},"#
                    + #"{"targetId":"\#(process)","actionType":"KILL_PROCESS"}]}}"#)
            try await bench.publish(
                GuardrailTests.body("target", target: Northwind.fileServer, action: "ISOLATE_MACHINE"))
            for (id, reason) in [("mixed", Reason.mixedActions), ("target", .wrongSchema)] {
                let request = try await bench.request(id, "has ended") { $0.end != nil }
                #expect(request.end?.state == .refused && request.end?.reason == reason)
            }
            #expect(bench.journal.isEmpty)
        }
    }

    @Test("what the installation does not allow, and a halt, keep the command from the console")
    func stopped() async throws {
        try await Bench.run(allowed: false) { bench in
            var rules = ExecutionRules.enforcing
            rules.allowedActions = [.isolateMachine]
            try await bench.startRemediator(rules)
            try await bench.publish(Self.body("back", .unisolateMachine))
            let back = try await bench.request("back", "has ended") { $0.end != nil }
            #expect(back.end?.reason == .actionNotAllowed)
            try await bench.publish(Self.body("one"))
            try await bench.request("one", "is held") { $0.phase == .held && $0.reason == .halted }
            #expect(bench.journal.isEmpty && bench.isIsolated == false)
        }
    }

    @Test("what the console says was not done is a failure")
    func failed() async throws {
        try await Bench.run { bench in
            bench.script("simulated.isolate", "NotSupported")
            try await bench.startRemediator()
            try await bench.publish(Self.body("one"))
            let request = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(request.end?.state == .failed && request.end?.reason == .isolationFailed)
            #expect(request.end?.detail?.contains("NotSupported") == true)
        }
    }

    @Test("a command that the console lays by is waited for at the machine, and given once")
    func primed() async throws {
        try await Bench.run { bench in
            bench.script("simulated.isolate", "Primed")
            try await bench.startRemediator()
            try await bench.publish(Self.body("one"))
            try await bench.request("one", "is uncertain") { $0.reason == .isolationPending }
            try await bench.request("one", "is parked") { $0.phase == .parked }
            bench.setOnline(Northwind.workstation, true)
            #expect(bench.isIsolated == true)
            let request = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(request.end?.state == .succeeded && request.end?.reason == .seenByEffect)
            #expect(bench.journal.count == 1)
        }
    }

    @Test("an answer that is lost is found by the machine's state, and the command is not given again")
    func lostAnswer() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(Self.fault(#""kind": "cut", "phase": "after""#))
            try await bench.publish(Self.body("one"))
            try await bench.request("one", "is uncertain") { $0.phase == .uncertain && $0.reason == .answerLost }
            let request = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(request.end?.state == .succeeded && request.end?.reason == .seenByEffect)
            #expect(bench.journal.count == 1)
        }
    }

    @Test("a command that never came there is parked: isolating is not repeated by itself")
    func lostCommand() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(Self.fault(#""kind": "cut", "phase": "before""#))
            try await bench.publish(Self.body("one"))
            let request = try await bench.request("one", "is parked") { $0.phase == .parked }
            #expect(request.attempt == 1 && bench.journal.isEmpty && bench.isIsolated == false)
        }
    }
}

extension Bench {
    private static let workstation = ElementID("Machine", GUID(Northwind.workstation))

    /// Whether the workstation is cut off, by the console's own knowledge.
    fileprivate var isIsolated: Bool? {
        simulator.machine.withWorld { $0.graph[Self.workstation]?.isTrue("isIsolated") }
    }

    /// What the console answers about the workstation.
    fileprivate func script(_ feature: String, _ word: String) {
        simulator.machine.withWorld { world in
            world.graph.update(Self.workstation) { $0.values[feature] = .one(word) }
        }
    }
}
