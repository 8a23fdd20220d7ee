/// Where the console is, who logs in, and how calls are made.
public struct ConsoleSettings: Sendable {
    /// Scheme, host and port, such as `https://tenant.cybereason.net`. A path or a slash at the end is dropped.
    public let baseURL: String
    /// Who logs in.
    public var credentials: Credentials
    /// How sessions are kept.
    public var session: SessionSettings
    /// Limits, retries and breakers.
    public var resilience: ResilienceSettings
    /// Rows of one page of the failed-protection query. The vendor's tutorial has 1000.
    public var pageSize: Int
    /// The most rows of the failed-protection query. The vendor's tutorial has 10000.
    public var totalResultLimit: Int
    /// How long the console may work on one query. The vendor's tutorial has 120 s, which is also its own limit.
    public var queryTime: Duration

    /// Settings for a console.
    ///
    /// - Throws: ``ConsoleError`` of kind `invalidArgument` if the address is not an `http` or `https` URL.
    public init(baseURL: String, credentials: Credentials) throws(ConsoleError) {
        self.baseURL = try BaseURL.checked(baseURL)
        self.credentials = credentials
        session = SessionSettings()
        resilience = ResilienceSettings()
        pageSize = 1000
        totalResultLimit = 10_000
        queryTime = .seconds(120)
    }
}
