import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Remediator
@testable import Simulator

@Suite("What is asked for is carried out once")
struct ExecutionTests {
    @Test("both tutorials' bodies are carried out once, in our own name")
    func tutorials() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try await bench.publish(Tutorial.killProcess)
            try await bench.publish(Tutorial.quarantineFile)
            for known in try await bench.requests(2) {
                let request = try await bench.request(known.id, "is submitted") { $0.phase == .submitted }
                #expect(request.request.initiatorUserName == "admin@myserver.com")
                let entry = try #require(bench.journal.first { $0.remediationID == request.remediationId })
                #expect(entry.user == Northwind.user && entry.malop == request.request.malopId)
                #expect(entry.actions == request.request.targets.map(Journal.Entry.Action.init))
            }
            #expect(bench.journal.count == 2)
        }
    }

    @Test("Riposte's own form is carried out in the sender's order, each action once")
    func ownForm() async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: 3)) { bench in
            try await bench.startRemediator()
            let actions = [2, 0, 1, 2].map {
                #"{"targetId":"\#(Northwind.process($0))","actionType":"KILL_PROCESS"}"#
            }
            try await bench.publish(
                #"{"schemaVersion":1,"requestId":"soar/1 ä","reason":"why","initiatorUserName":"soar","#
                    + #""actionsByMachine":{"\#(Northwind.fileServer)":[\#(actions.joined(separator: ","))]}}"#,
                key: "soar/1 ä")
            try await bench.request("soar/1 ä", "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 1)
            #expect(bench.journal.first?.actions.map(\.target) == [2, 0, 1].map { Northwind.process($0) })
        }
    }

    @Test("the same request again changes nothing; another under its id is a dead letter, and the first untouched")
    func sameID() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            let body = GuardrailTests.body("one")
            for partition in [0, 0, 1] as [Int32] { try await bench.publish(body, partition: partition) }
            try await bench.request("one", "is known") { _ in true }
            try await bench.publish(GuardrailTests.body("one", target: "other"), partition: 2)
            try await eventually("the reused id is a dead letter") { bench.deadLetters.count == 1 }
            let letter = try #require(bench.deadLetters.items.first)
            #expect(letter.reason == .idReused && letter.service == "remediator")
            #expect(letter.origin.partition == 2)
            let request = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(request.request.targets.map(\.targetId) == [Northwind.process])
            try await bench.publish(body, partition: 3)
            try await bench.publish(GuardrailTests.body("last", target: "last"), partition: 3)
            try await bench.request("last", "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 2)
        }
    }

    @Test("after a restart nothing is sent again, and what waited goes on")
    func restart() async throws {
        try await Bench.run { bench in
            let first = try await bench.startRemediator()
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            try await bench.publish(
                GuardrailTests.body("two", machine: Northwind.laptop, target: Northwind.laptopFile))
            try await bench.request("two", "is held") { $0.phase == .held }
            await first.stop()
            #expect(first.exitCode == .done)
            try await bench.startRemediator()
            bench.setOnline(Northwind.laptop, true)
            try await bench.request("two", "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 2)
        }
    }

    @Test("two instances share a hundred requests, and each is carried out exactly once")
    func twoInstances() async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: 100)) { bench in
            try await bench.startRemediator()
            for number in 0..<50 { try await publish(number, bench) }
            try await bench.startRemediator()
            for number in 50..<100 { try await publish(number, bench) }
            for number in 0..<100 {
                try await bench.request("r\(number)", "is submitted", within: .seconds(60)) { $0.phase == .submitted }
            }
            let targets = bench.journal.flatMap(\.actions).compactMap(\.target)
            #expect(targets.count == 100)
            #expect(Set(targets).count == 100)
        }
    }

    private func publish(_ number: Int, _ bench: Bench) async throws {
        let body = GuardrailTests.body(
            "r\(number)", machine: Northwind.fileServer, target: Northwind.process(number))
        try await bench.publish(body, partition: Int32(number % Bench.partitions))
    }
}

extension Journal.Entry.Action {
    fileprivate init(_ target: ActionTarget) {
        self.init(machine: target.machineId, target: target.targetId, type: target.actionType.rawValue)
    }
}
