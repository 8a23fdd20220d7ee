/// Where the threat-intelligence server is, and how it is asked.
public struct ThreatIntelligenceSettings: Sendable {
    /// Scheme, host and port.
    public let baseURL: String
    /// Indicators of one request at most. How many the server takes is not public.
    public var batchSize: Int
    /// The shortest and the longest time that an answer may be kept, whatever the server says.
    public var timeToLive: ClosedRange<Duration>
    /// How long an answer may be kept that does not say.
    public var defaultTimeToLive: Duration
    /// Limits, retries and breakers.
    public var resilience: ResilienceSettings

    /// The vendor's server.
    public static let vendorURL = "https://sage.cybereason.com"

    /// Settings for a server.
    ///
    /// - Throws: ``ConsoleError`` of kind `invalidArgument` if the address is not an `http` or `https` URL.
    public init(baseURL: String = ThreatIntelligenceSettings.vendorURL) throws(ConsoleError) {
        self.baseURL = try BaseURL.checked(baseURL)
        batchSize = 100
        timeToLive = .seconds(60)...Duration.seconds(7 * 86_400)
        defaultTimeToLive = .seconds(3600)
        resilience = ResilienceSettings()
    }
}
