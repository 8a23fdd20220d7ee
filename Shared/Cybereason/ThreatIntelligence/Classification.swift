public import JSON

/// What the threat-intelligence server says of an indicator.
public struct Classification: Sendable, Equatable {
    /// The server's word: `indifferent`, `malware`, `ransomware`, `suspicious`, `unknown`, `whitelist` and others. Not
    /// every value is public, and neither `indifferent` nor `unknown` means harmless.
    public var type: String
    /// Who says so, such as `VirusTotal`.
    public var source: String?
    /// Where to read more.
    public var link: String?
    /// When it was seen first.
    public var firstSeen: Timestamp?
    /// How long this may be kept. The server's unit is not documented; its examples fit milliseconds, which is how they
    /// are read, within the bounds of ``ThreatIntelligenceSettings/timeToLive``.
    public var timeToLive: Duration
    /// What kind of program a file is, such as `SHELL`.
    public var productType: String?

    /// A classification.
    public init(
        type: String, source: String? = nil, link: String? = nil, firstSeen: Timestamp? = nil,
        timeToLive: Duration = .seconds(3600), productType: String? = nil
    ) {
        self.type = type
        self.source = source
        self.link = link
        self.firstSeen = firstSeen
        self.timeToLive = timeToLive
        self.productType = productType
    }
}

/// What came of asking for one indicator.
public enum ClassificationResult: Sendable, Equatable {
    /// The server classified it.
    case classified(Classification)
    /// The server answered the batch, but said nothing of this one. That is no error, and no verdict either.
    case noAnswer
    /// The batch that it was in was not answered.
    case failed(ConsoleError)
}
