import JSON
import Model

@testable import Cybereason
@testable import Enricher

/// The three answers of threat intelligence, and what the enricher keeps of them.
enum IntelligenceSurface {
    private static let indicators: [Cybereason.Indicator] = [
        .md5("92f44e405db16ac55d97e3bfe3b132fa"), .sha1("3f8a1c0b77e94d52a6d1c4b8e90f2a7d5c613e18"),
        .domain("www.cybereason.com"), .ipv4("1.2.3.4"), .ipv6("2001:db8::7"),
    ]

    /// The vendor's tutorials, shortened.
    private static func answer(_ key: String, _ more: String) -> String {
        """
        {"classificationResponses": [{"requestKey": \(key), "ttl": 62957583, "aggregatedResult": {
          "maliciousClassification": {"type": "ransomware", "classificationScore": -1, "source": "VirusTotal"},
          "link": "https://www.virustotal.com/file/6c05", "firstSeen": 1481719121821}, \(more)}]}
        """
    }

    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"

    static func make() -> Surface {
        let file = answer(#"{"sha1": null, "md5": "92f44e405db16ac55d97e3bfe3b132fa"}"#, #""cpId": 1"#)
        let domain = answer(#"{"domain": "www.cybereason.com"}"#, #""allowFurtherClassification": true"#)
        let address = answer(#"{"ipAddress": "1.2.3.4", "addressType": "Ipv4"}"#, #""cpType": "TOKEN""#)
        let seeds = [
            FuzzInput(head, file, head, domain, head, address), FuzzInput(head, file), FuzzInput(head, domain),
        ]
        return Surface(
            "intelligence", from: .answer, seeds: seeds + seeds + seeds + seeds, refused: ConsoleSurfaces.pages
        ) { input in
            let server = ScriptedServer(input)
            var refusal: String?
            var isKnown = false
            let client = try server.intelligence
            var results: [Cybereason.Indicator: ClassificationResult] = [:]
            // One kind after the other, so that each is given the same answer every time.
            for batch in Cybereason.Indicator.Batch.allCases {
                let asked = indicators.filter { $0.batch == batch }
                results.merge(await client.classify(asked, deadline: server.deadline)) { first, _ in first }
            }
            for (indicator, result) in results {
                try require(indicators.contains(indicator), "an answer about what nobody asked")
                switch result {
                case .failed(let error): refusal = error.description
                case .noAnswer: break
                case .classified(let classification):
                    isKnown = true
                    try kept(indicator, classification)
                }
            }
            return isKnown ? .understood : .refused(refusal ?? "nothing known")
        }
    }

    private static func kept(_ indicator: Cybereason.Indicator, _ classification: Classification) throws {
        let name = Model.Indicator(.md5, indicator.value)
        let reputation = ReputationTerms().reputation(of: name, classification, at: Records.now)
        try Records.roundTrip(reputation)
        try require(reputation.expiresAt > Records.now, "an answer that does not hold for a moment")
        try require(reputation.expiresAt <= Records.now + .seconds(86_400), "an answer that holds for too long")
        try require(reputation.verdict != .notChecked, "an answer that was not given")
    }
}
