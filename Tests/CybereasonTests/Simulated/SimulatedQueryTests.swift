import JSON
import Testing

@testable import Cybereason

@Suite("Queries against the simulator")
struct SimulatedQueryTests {
    private static let path = "/rest/visualsearch/query/simple"

    /// So many malops whose protection failed.
    private static func crowd(_ count: Int, query: String = "{}") -> String {
        let malops = (1...count).map {
            #"{"id":"m\#($0)","guid":"214.\#(4_000_000_000 + $0)","decisionStatuses":["DDS_FAILED_TO_QUARANTINE"]}"#
        }
        return #""malops":[\#(malops.joined(separator: ","))],"console":{"query":\#(query)}"#
    }

    @Test(
        "every row comes, whatever the console does with its pages",
        arguments: [
            (1, "{}"), (100, "{}"), (101, "{}"), (250, "{}"), (300, "{}"), (250, #"{"shortFirstPage":false}"#),
            (250, #"{"repeatedRows":3}"#), (250, #"{"frozenPages":true}"#),
            (250, #"{"totalResultLimitCap":100000}"#), (2500, #"{"totalResultLimitCap":100000}"#),
        ])
    func everyRow(count: Int, query: String) async throws {
        try await withSimulator(Self.crowd(count, query: query)) { simulated in
            let answer = try await simulated.console.failedProtections()
            #expect(answer.rows.count == count)
            #expect(Set(answer.rows.map(\.malopID)).count == count)
            #expect(answer.completeness == .whole)
        }
    }

    @Test(
        "an answer that the console cut is never whole",
        arguments: [#"{"capScope":"result"}"#, #"{"envelope":"legacy"}"#, #"{"tokenLifetimeMs":0}"#])
    func cut(query: String) async throws {
        try await withSimulator(Self.crowd(250, query: query)) { simulated in
            let answer = try await simulated.console.failedProtections()
            #expect(answer.rows.count < 250)
            #expect(!answer.completeness.isWhole)
        }
    }

    @Test(
        "a fault in any page is never taken for a whole answer",
        arguments: [
            #"{"kind":"envelope","status":"PARTIAL_SUCCESS"}"#, #"{"kind":"envelope","status":"FAILURE"}"#,
            #"{"kind":"envelope","status":"TIMEOUT_ERROR"}"#, #"{"kind":"envelope","status":"QUERY_LIMIT_CROSSED"}"#,
            #"{"kind":"queryTerminated"}"#, #"{"kind":"nullData"}"#, #"{"kind":"garbage"}"#,
            #"{"kind":"status","code":400}"#,
        ], [1, 2, 3])
    func faults(fault: String, page: Int) async throws {
        try await withSimulator(Self.crowd(250)) { simulated in
            try simulated.strike(#"{"path":"\#(Self.path)","nth":[\#(page)],"fault":\#(fault)}"#)
            let answer = try? await simulated.console.failedProtections()
            #expect(answer?.completeness != .whole)
            #expect(answer?.rows.count ?? 0 < 250)
        }
    }

    @Test(
        "a fault that passes costs nothing",
        arguments: [
            #"{"kind":"expiredSession"}"#, #"{"kind":"html"}"#, #"{"kind":"cut"}"#, #"{"kind":"refuse"}"#,
            #"{"kind":"truncated"}"#, #"{"kind":"status","code":500}"#, #"{"kind":"status","code":503}"#,
            #"{"kind":"status","code":429,"retryAfterSeconds":0}"#, #"{"kind":"slow","delayMs":50}"#,
            #"{"kind":"textAnswer"}"#,
        ], [1, 2, 3])
    func passingFaults(fault: String, page: Int) async throws {
        try await withSimulator(Self.crowd(250)) { simulated in
            try simulated.strike(#"{"path":"\#(Self.path)","nth":[\#(page)],"fault":\#(fault)}"#)
            let answer = try await simulated.console.failedProtections()
            #expect(answer.rows.count == 250)
            #expect(answer.completeness == .whole)
        }
    }

    @Test("only malops whose protection failed are found, with all their statuses")
    func rows() async throws {
        try await withSimulator(smallWorld) { simulated in
            let answer = try await simulated.console.failedProtections()
            #expect(
                answer.rows == [
                    FailedProtectionRow(
                        malopID: "AAAA1kFkoAiE4Tf9", decisionStatuses: ["DDS_FAILED_TO_PREVENT", "DDS_PREVENTED"])
                ])
        }
    }

    @Test("a malop of endpoint protection has machines, suspects with hashes, and connections")
    func protectionMalop() async throws {
        try await withSimulator(smallWorld) { simulated in
            let details = try await simulated.console.malopDetails("AAAA1kFkoAiE4Tf9")
            #expect(details.source == .detectionDetails)
            #expect(details.machines.map(\.pylumID) == ["P-WS"])
            #expect(Set(details.suspects.map(\.guid)) == ["-10.77", "-10.55"])
            #expect(details.suspects.allSatisfy { $0.sha1 == "3f8a1c0b77e94d52a6d1c4b8e90f2a7d5c613e18" })
            #expect(details.suspects.allSatisfy { $0.machineID == "-10.1198775089551518743" })
            #expect(details.suspects.first { $0.kind == .process }?.commandLine == "evil /q")
            #expect(details.addresses == ["203.0.113.77"])
            #expect(details.domains == ["c2.example"])
            #expect(details.completeness == .whole)
        }
    }

    @Test("a malop of behaviour has the same, from other interfaces")
    func behaviourMalop() async throws {
        try await withSimulator(smallWorld) { simulated in
            let details = try await simulated.console.malopDetails("11.-2600105145818681902")
            #expect(details.source == .investigation)
            #expect(details.machines.map(\.guid) == ["-10.1198775089551518743"])
            #expect(details.suspects.map(\.guid) == ["-10.55"])
            #expect(details.suspects.first?.sha1 == "3f8a1c0b77e94d52a6d1c4b8e90f2a7d5c613e18")
            #expect(details.addresses == ["203.0.113.77"])
            #expect(details.domains == ["c2.example"])
        }
    }

    @Test("states of machines say who is away, and in which group")
    func machines() async throws {
        try await withSimulator(smallWorld) { simulated in
            let states = try await simulated.console.machineStates([
                "-10.1198775089551518743", "20.1198775089551518743", "30.1198775089551518743",
            ])
            #expect(states.found["-10.1198775089551518743"]?.isConnected == true)
            #expect(states.found["20.1198775089551518743"]?.isConnected == false)
            #expect(states.found["20.1198775089551518743"]?.groups == ["Laptops"])
            #expect(states.found["20.1198775089551518743"]?.pylumID == "P-LT")
            #expect(states.found.count == 2)
            #expect(states.completeness == .whole)
        }
    }

    @Test("the clock's difference is seen")
    func clock() async throws {
        try await withSimulator(smallWorld) { simulated in
            simulated.advance(3600)
            _ = try await simulated.console.failedProtections()
            let difference = try #require(simulated.console.clock.reading?.difference)
            #expect(difference > .seconds(3570) && difference < .seconds(3630))
        }
    }
}
