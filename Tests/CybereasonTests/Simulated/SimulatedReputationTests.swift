import Testing

@testable import Cybereason

@Suite("Threat intelligence against the simulator")
struct SimulatedReputationTests {
    private static let world = #"""
        "reputations":[{"keys":["3f8a1c0b77e94d52a6d1c4b8e90f2a7d5c613e18","9e107d9d372bb6826bd81d3542a419d6"],
            "type":"malware","ttlMs":7200000},
          {"key":"c2.example","type":"suspicious"},{"key":"203.0.113.77","type":"blacklist"},
          {"key":"gone.example","missing":true},{"key":"null.example","null":true}]
        """#
    private static let known: [(Indicator, String)] = [
        (.sha1("3f8a1c0b77e94d52a6d1c4b8e90f2a7d5c613e18"), "malware"),
        (.md5("9e107d9d372bb6826bd81d3542a419d6"), "malware"), (.domain("c2.example"), "suspicious"),
        (.ipv4("203.0.113.77"), "blacklist"), (.domain("other.example"), "unknown"), (.ipv6("2001:db8::1"), "unknown"),
    ]

    private func types(_ results: [Indicator: ClassificationResult]) -> [Indicator: String] {
        results.compactMapValues { result in
            if case .classified(let found) = result { found.type } else { nil }
        }
    }

    @Test(
        "each indicator gets its own answer, whatever order the items come in",
        arguments: ["", "reorderedItems", "duplicatedItems"])
    func matching(fault: String) async throws {
        try await withSimulator(Self.world) { simulated in
            if !fault.isEmpty { try simulated.strike(#"{"fault":{"kind":"\#(fault)"}}"#) }
            let results = await simulated.intelligence.classify(Self.known.map(\.0))
            #expect(types(results) == Dictionary(uniqueKeysWithValues: Self.known))
        }
    }

    @Test("an item that is missing or null is no answer, and no error")
    func noAnswer() async throws {
        try await withSimulator(Self.world) { simulated in
            let asked: [Indicator] = [.domain("gone.example"), .domain("null.example"), .domain("c2.example")]
            let results = await simulated.intelligence.classify(asked)
            #expect(results[asked[0]] == .noAnswer)
            #expect(results[asked[1]] == .noAnswer)
            #expect(types(results) == [asked[2]: "suspicious"])
        }
    }

    @Test("an answer that is none is an error", arguments: ["textAnswer", "garbage", "html"])
    func errors(fault: String) async throws {
        try await withSimulator(Self.world) { simulated in
            try simulated.strike(#"{"path":"/rest/classification_v1/*","fault":{"kind":"\#(fault)"}}"#)
            let result = await simulated.intelligence.classify([.domain("c2.example")])[.domain("c2.example")]
            guard case .failed = result else {
                Issue.record("taken for \(String(describing: result))")
                return
            }
        }
    }
}
