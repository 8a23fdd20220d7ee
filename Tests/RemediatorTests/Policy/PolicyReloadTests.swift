import JSON
import Model
import Policy
import Runtime
import TestSupport
import Testing

@testable import Remediator

@Suite("A policy that is replaced under a running remediator")
struct PolicyReloadTests {
    private static func policy(_ mode: String) -> String {
        """
        mode: observe
        groups:
          - {name: everything, match: {id: ["\(Northwind.fileServer)"]}, mode: \(mode)}
          - {name: elsewhere, match: {name: [nowhere]}, mode: enforce}
        rules:
          - {name: kill, when: {verdict: [malicious]}, actions: [KILL_PROCESS]}
        """
    }

    @Test("what a group only observed is asked for again, and sent, once the group enforces")
    func again() async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: 1)) { bench in
            let file = try TemporaryFile(Self.policy("observe"))
            try await bench.startRemediator(policyFile: file)
            try await Self.publish(1, bench)
            let target = ActionTarget(
                machineId: Northwind.fileServer, targetId: Northwind.process(0), actionType: .killProcess)
            let first = RemediationRequest.plannedID(malopId: Northwind.malop, target: target)
            try await bench.request(first, "is observed") { $0.end?.state == .observed }
            #expect(bench.journal.isEmpty)

            try file.replace(with: Self.policy("enforce"))
            try await eventually("the policy has changed") {
                bench.logs.contains(message: "policy changed")
            }
            try await Self.publish(2, bench)
            let second = RemediationRequest.plannedID(malopId: Northwind.malop, target: target, repetition: 1)
            try await bench.request(second, "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 1)
        }
    }

    private static func publish(_ revision: Int, _ bench: Bench) async throws {
        var suspects = [PlannerTests.suspect(Northwind.process(0), .process, "a", machine: Northwind.fileServer)]
        if revision > 1 { suspects.append(PlannerTests.suspect("9.9", .file, "c", machine: Northwind.fileServer)) }
        var enriched = PlannerTests.detection(suspects)
        enriched.detection.malopId = Northwind.malop
        enriched.detection.detectedAt = Timestamp.now()
        enriched.detection.identify()
        try await bench.publish(enriched, key: Northwind.malop, to: Topics.enrichedDetections)
    }
}
