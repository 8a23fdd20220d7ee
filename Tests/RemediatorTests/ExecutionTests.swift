import JSON
import Kafka
import Model
import Pipeline
import Testing

@testable import Remediator
@testable import Simulator

@Suite("What is asked for is carried out once")
struct ExecutionTests {
    @Test("the tutorial's body that stops a process is carried out once, in our own name")
    func killProcess() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try await bench.publish(Tutorial.killProcess)
            let known = try await bench.requests(1)
            let request = try await bench.request(known[0].id, "is submitted") { $0.phase == .submitted }
            #expect(request.request.initiatorUserName == "admin@myserver.com")
            let entry = try #require(bench.journal.first)
            #expect(bench.journal.count == 1)
            #expect(entry.remediationID == request.remediationId)
            #expect(entry.user == Northwind.user && entry.malop == Northwind.malop)
            #expect(
                entry.actions == [
                    .init(machine: Northwind.workstation, target: Northwind.process, type: "KILL_PROCESS")
                ])
        }
    }
}
