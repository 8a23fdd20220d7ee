import Model
import TestSupport
import Testing

@testable import Remediator
@testable import Simulator

@Suite("A console that fails in the middle, over real HTTP")
struct LostAnswerTests {
    static func fault(_ kind: String, times: Int = 1, path: String = "/rest/remediate") -> String {
        #"{"method": "POST", "path": "\#(path)", "count": \#(times), "fault": {\#(kind)}}"#
    }

    @Test("cut off after it was accepted: found in the console's list and adopted, not sent again")
    func adopted() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(Self.fault(#""kind": "cut", "phase": "after""#))
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is uncertain") { $0.phase == .uncertain && $0.reason == .answerLost }
            let request = try await bench.request("one", "is adopted") { $0.phase == .submitted }
            #expect(request.reason == .adopted)
            #expect(request.remediationId == bench.journal.first?.remediationID)
            #expect(bench.journal.count == 1)
        }
    }

    @Test("cut off before it was accepted: not in the list, twice, and sent once more")
    func sentAgain() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(Self.fault(#""kind": "cut", "phase": "before""#))
            try await bench.publish(GuardrailTests.body("one"))
            let request = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(request.attempt >= 2 && request.wasNotThere && bench.journal.count == 1)
        }
    }

    @Test("cut off before it was accepted, again and again: parked after the second attempt")
    func parked() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(Self.fault(#""kind": "cut", "phase": "before""#, times: 100))
            try await bench.publish(GuardrailTests.body("one"))
            let request = try await bench.request("one", "is parked") { $0.phase == .parked }
            #expect(request.reason == .cannotTell && request.attempt >= 2 && bench.journal.isEmpty)
        }
    }

    @Test("cut off without a malop: its effect is seen, and nothing is sent again")
    func seenByEffect() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(Self.fault(#""kind": "cut", "phase": "after""#))
            try await bench.publish(Tutorial.quarantineFile)
            let known = try await bench.requests(1)
            let request = try await bench.request(known[0].id, "has ended") { $0.end != nil }
            #expect(request.end?.state == .succeeded && request.end?.reason == .seenByEffect)
            #expect(bench.journal.count == 1)
        }
    }

    @Test("cut off without a malop and without effect: parked, and not sent again")
    func noEffect() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(Self.fault(#""kind": "cut", "phase": "before""#))
            try await bench.publish(Tutorial.quarantineFile)
            let known = try await bench.requests(1)
            try await bench.request(known[0].id, "is parked") { $0.phase == .parked }
            #expect(bench.journal.isEmpty)
        }
    }

    @Test("an error of the console's own may have come after the deed")
    func serverError() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(Self.fault(#""kind": "status", "code": 503, "phase": "after""#))
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is uncertain") { $0.phase == .uncertain }
            try await bench.request("one", "is adopted") { $0.phase == .submitted && $0.reason == .adopted }
            #expect(bench.journal.count == 1)
        }
    }

    @Test("too many requests: tried again when the console allows it, and carried out once")
    func throttled() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(Self.fault(#""kind": "status", "code": 429, "retryAfterSeconds": 1"#, times: 2))
            try await bench.publish(GuardrailTests.body("one"))
            let request = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(request.attempt >= 2 && bench.journal.count == 1)
        }
    }

    @Test("a session that ends just before the request: a new one is fetched, and it is carried out once")
    func expiredSession() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(Self.fault(#""kind": "expiredSession""#))
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 1)
        }
    }

    @Test("the console's refusal ends the request with its words")
    func refused() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(Self.fault(#""kind": "status", "code": 400, "body": "Malop ID is not valid""#))
            try await bench.publish(GuardrailTests.body("one"))
            let request = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(request.end?.reason == .refusedByConsole)
            #expect(request.end?.detail?.contains("Malop ID is not valid") == true)
            #expect(bench.journal.isEmpty)
        }
    }

    @Test("a console that is away is shown after a while, and the request goes out when it is back")
    func consoleAway() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(#"{"path": "/rest/*", "fault": {"kind": "status", "code": 503}}"#)
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is held") { $0.phase == .held && $0.reason == .consoleUnavailable }
            try bench.fault()
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 1)
        }
    }

    @Test("a console that answers more slowly than answers count is still believed")
    func slow() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try bench.fault(
                #"{"path": "/rest/visualsearch/*", "fault": {"kind": "slow", "phase": "after", "delayMs": 600}}"#)
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 1)
        }
    }

    @Test("stopped while the answer is awaited: what the console took is in the ledger before the end")
    func stopped() async throws {
        try await Bench.run { bench in
            // With the default window, whose limits even the slowest machine keeps.
            let service = try await bench.startRemediator(.testing)
            try bench.fault(Self.fault(#""kind": "slow", "phase": "after", "delayMs": 1000"#))
            try await bench.publish(GuardrailTests.body("one"))
            try await eventually("the console has it") { bench.journal.count == 1 }
            await service.stop()
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 1)
        }
    }
}
