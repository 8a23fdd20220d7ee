import JSON
import Model
import Pipeline
import Policy
import Runtime
import Signing
import TestSupport
import Testing

@testable import Remediator

@Suite("The planner signs what it asks for")
struct PlanSignerTests {
    private let keys: KeyFolder

    init() throws { keys = try KeyFolder() }

    private static let start = Timestamp(milliseconds: 1_795_000_000_000)

    @Test("the time to live is a whole multiple from the detection's own time, and half of it is always left")
    func notAfter() {
        let hour = Duration.seconds(3600)
        for (age, hours) in [(-60, 1), (0, 1), (1799, 1), (1800, 1), (1801, 2), (5400, 2), (5401, 3)] {
            let notAfter = PlanSigner.notAfter(Self.start, hour, at: Self.start + .seconds(age))
            #expect(notAfter == Self.start + .seconds(3600 * hours), "\(age)")
        }
    }

    @Test(
        "what is planned again says the same; what the ledger knows keeps its end, and what came without is left alone")
    func again() throws {
        var request = RemediationRequest()
        request.requestId = "planned"
        var enriched = EnrichedDetection()
        enriched.enrichedAt = Self.start
        let signer = PlanSigner(signer: try keys.signer("soar"), expiry: .seconds(3600)) { _ in nil }
        let first = try #require(try signer.sign(request, of: enriched, at: Self.start + .seconds(5)))
        let second = try #require(try signer.sign(request, of: enriched, at: Self.start + .seconds(600)))
        #expect(first.request.json() == second.request.json())
        #expect(first.headers.map(\.value) == second.headers.map(\.value))
        let entry = try #require(try keys.ring()["soar"])
        let signature = try #require(Base64.decode(first.headers[1].value.utf8))
        #expect(entry.verifying.isValid(signature, of: first.request.json()))

        let known = first.request
        let later = PlanSigner(signer: try keys.signer("soar"), expiry: .seconds(3600)) { _ in known }
        enriched.enrichedAt = Self.start + .seconds(86_400)
        let third = try #require(try later.sign(request, of: enriched, at: Self.start + .seconds(86_400)))
        #expect(third.request.digest == first.request.digest)
        let unsigned = PlanSigner(signer: try keys.signer("soar"), expiry: .seconds(3600)) { [request] _ in request }
        #expect(try unsigned.sign(request, of: enriched, at: Self.start) == nil)
    }

    @Test("where signatures are required, what is planned is taken, and planned again it changes nothing")
    func planned() async throws {
        try await Bench.run { bench in
            let rules = """
                rules:
                  - {name: stop, when: {verdict: [malicious]}, actions: [KILL_PROCESS], mode: enforce}
                """
            let policy = keys.policy().replacing("rules: []", with: rules)
            try await bench.startRemediator(
                policyFile: keys.publish(policy), signing: .required(keys))
            var enriched = PlannerTests.detection([
                PlannerTests.suspect(Northwind.process, .process, "a", machine: Northwind.workstation)
            ])
            enriched.detection.malopId = Northwind.malop
            enriched.detection.detectedAt = .now()
            enriched.enrichedAt = .now()
            try await bench.publish(enriched, key: "malop", to: Topics.enrichedDetections)
            let request = try await bench.requests(1)[0]
            let sent = try await bench.request(request.id, "is submitted") { $0.phase == .submitted }
            #expect(sent.keyID == "soar" && sent.request.notAfter != nil && sent.digest == sent.request.digest)
            enriched.detection.detectedAt = .now()
            enriched.enrichedAt = .now() + .seconds(7)
            try await bench.publish(enriched, key: "malop", to: Topics.enrichedDetections)
            try await eventually("it is asked again") {
                bench.metrics.contains(#"remediation_intake_total{outcome="duplicate"} 1"#)
            }
            #expect(bench.journal.count == 1 && bench.deadLetters.items.isEmpty)
        }
    }
}
