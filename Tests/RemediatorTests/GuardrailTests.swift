import JSON
import Model
import Policy
import Runtime
import TestSupport
import Testing

@testable import Remediator

@Suite("What stands in the way of a request, over a real ledger and console")
struct GuardrailTests {
    static func body(
        _ id: String, machine: String = Northwind.workstation, target: String = Northwind.process,
        action: String = "KILL_PROCESS", more: String = ""
    ) -> String {
        #"{"requestId":"\#(id)","malopId":"\#(Northwind.malop)"\#(more),"#
            + #""actionsByMachine":{"\#(machine)":[{"targetId":"\#(target)","actionType":"\#(action)"}]}}"#
    }

    @Test("observing sends nothing, and says what it would have sent")
    func observe() async throws {
        try await Bench.run { bench in
            var rules = ExecutionRules.enforcing
            rules.mode = .observe
            try await bench.startRemediator(rules)
            try await bench.publish(Self.body("one"))
            try await bench.publish(Self.body("two", machine: Northwind.laptop, target: Northwind.laptopFile))
            try await bench.publish(Self.body("three", machine: "404.404"))
            let one = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(one.end?.state == .observed && one.end?.reason == .observeMode)
            #expect(one.end?.detail?.hasPrefix("would be sent: KILL_PROCESS") == true)
            let two = try await bench.request("two", "has ended") { $0.end != nil }
            #expect(two.end?.detail?.contains("SALES-LT-033") == true)
            let three = try await bench.request("three", "has ended") { $0.end != nil }
            #expect(three.end?.detail?.contains("would be refused (machine-unknown") == true)
            #expect(bench.journal.isEmpty)
        }
    }

    @Test("a dry run sends nothing where everything else is sent")
    func dryRun() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try await bench.publish(Self.body("dry", more: #","dryRun":true"#))
            let request = try await bench.request("dry", "has ended") { $0.end != nil }
            #expect(request.end?.state == .observed && request.end?.reason == .dryRun)
            #expect(bench.journal.isEmpty)
        }
    }

    @Test("without any word of an operator nothing is sent; a resume lets go, a halt holds again")
    func halt() async throws {
        try await Bench.run(allowed: false) { bench in
            try await bench.startRemediator()
            try await bench.publish(Self.body("one"))
            try await bench.request("one", "is held") { $0.phase == .held && $0.reason == .halted }
            #expect(bench.journal.isEmpty)
            try await bench.halt(false)
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            try await bench.halt(true)
            try await eventually("the halt is known") { bench.logs.contains(message: "remediation is halted") }
            try await bench.publish(Self.body("two", target: "another"))
            let two = try await bench.request("two", "is held") { $0.phase == .held && $0.reason == .halted }
            #expect(two.detail == "halted by operator")
            #expect(bench.journal.count == 1)
            try await bench.halt(false)
            try await bench.request("two", "is let go") { $0.phase == .submitted }
        }
    }

    @Test("a request that waits is not sent after its time")
    func expiry() async throws {
        try await Bench.run(allowed: false) { bench in
            try await bench.startRemediator(expiry: .seconds(12))
            try await bench.publish(Self.body("one"))
            try await bench.request("one", "is held") { $0.phase == .held }
            let request = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(request.end?.state == .expired && request.end?.reason == .expired)
            #expect(request.end?.detail?.contains("halted") == true)
            try await bench.halt(false)
            try await bench.publish(Self.body("two", more: #","notAfter":"2020-01-01T00:00:00Z""#))
            let two = try await bench.request("two", "has ended") { $0.end != nil }
            #expect(two.end?.state == .expired)
            #expect(bench.journal.isEmpty)
        }
    }

    @Test("a request for a machine that is away waits in the ledger, and is sent when it is back")
    func offline() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            let body = Self.body(
                "one", machine: Northwind.laptop, target: Northwind.laptopFile, action: "QUARANTINE_FILE")
            try await bench.publish(body)
            let held = try await bench.request("one", "is held") { $0.phase == .held }
            #expect(held.reason == .machineOffline && held.detail?.contains("SALES-LT-033") == true)
            #expect(bench.journal.isEmpty)
            bench.setOnline(Northwind.laptop, true)
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 1)
        }
    }

    @Test("a machine that the console does not know, and an action that is not sent, are refused")
    func refused() async throws {
        try await Bench.run { bench in
            var rules = ExecutionRules.enforcing
            rules.allowedActions = [.killProcess]
            try await bench.startRemediator(rules)
            try await bench.publish(Self.body("one", machine: "404.404"))
            try await bench.publish(Self.body("two", action: "QUARANTINE_FILE"))
            let one = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(one.end?.reason == .machineUnknown)
            let two = try await bench.request("two", "has ended") { $0.end != nil }
            #expect(two.end?.reason == .actionNotAllowed)
            #expect(bench.journal.isEmpty)
        }
    }

    @Test("a second request for a target that is being acted on is refused, and names the first")
    func alreadyOpen() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try await bench.publish(Self.body("first"))
            try await bench.request("first", "is submitted") { $0.phase == .submitted }
            try await bench.publish(Self.body("second"))
            let second = try await bench.request("second", "has ended") { $0.end != nil }
            #expect(second.end?.reason == .alreadyOpen && second.end?.detail?.contains("first") == true)
            #expect(bench.journal.count == 1)
        }
    }

    @Test("a console whose clock is far off is not trusted with anything")
    func clock() async throws {
        try await Bench.run(realTime: { Timestamp.now().milliseconds + 60_000 }) { bench in
            try await bench.startRemediator()
            try await bench.publish(Self.body("one"))
            let request = try await bench.request("one", "is held") { $0.phase == .held }
            #expect(request.reason == .clockOff)
            #expect(bench.journal.isEmpty)
        }
    }
}
