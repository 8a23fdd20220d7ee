internal import Cybereason
internal import Model

/// In this service an indicator is what events carry; the client's own is only used to ask.
typealias Indicator = Model.Indicator

/// Who knows the reputation of indicators: the vendor's threat intelligence, or a test.
protocol ReputationSource: Sendable {
    /// Whether the source can be asked about it at all.
    func canClassify(_ indicator: Indicator) -> Bool

    /// Asks for indicators of one endpoint in one request. What is missing in the result was not answered.
    func classify(_ indicators: [Indicator]) async -> [Indicator: ClassificationResult]
}

/// The vendor's threat-intelligence server.
struct ThreatIntelligenceSource: ReputationSource {
    let client: ThreatIntelligenceClient

    func canClassify(_ indicator: Indicator) -> Bool { Cybereason.Indicator(indicator) != nil }

    func classify(_ indicators: [Indicator]) async -> [Indicator: ClassificationResult] {
        var asked: [Indicator: Cybereason.Indicator] = [:]
        for indicator in indicators { asked[indicator] = Cybereason.Indicator(indicator) }
        let results = await client.classify(asked.values)
        return asked.compactMapValues { results[$0] }
    }
}

extension Cybereason.Indicator {
    /// Nil for what threat intelligence has no question for, such as a domain of a single label.
    init?(_ indicator: Model.Indicator) {
        let found: Self? =
            switch indicator.type {
            case .md5, .sha1: .hash(indicator.value)
            case .domain: .domainName(indicator.value)
            case .ipv4, .ipv6: .address(indicator.value)
            }
        guard let found else { return nil }
        self = found
    }
}

/// The three endpoints of threat intelligence, as their addresses name them.
enum LookupEndpoint: String, CaseIterable, Sendable {
    case file = "file_batch"
    case domain = "domain_batch"
    case address = "ip_batch"

    /// The endpoint that knows about an indicator.
    init(of indicator: Indicator) {
        switch indicator.type {
        case .md5, .sha1: self = .file
        case .domain: self = .domain
        case .ipv4, .ipv6: self = .address
        }
    }
}
