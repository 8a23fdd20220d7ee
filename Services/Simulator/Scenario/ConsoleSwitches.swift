/// How the console behaves where its behaviour is not publicly known or differs between versions.
struct ConsoleSwitches: Sendable, Equatable {
    enum LoginFailure: String, Sendable, CaseIterable { case redirect, page }
    enum SecondFactorAnswer: String, Sendable, CaseIterable { case page, redirect }

    /// Where a failed login is sent; only that the text contains `error` is known.
    var loginErrorLocation = "/login.html?error=true"
    /// A failed login redirects to ``loginErrorLocation``, or shows the login page with 200 at once.
    var loginFailure = LoginFailure.redirect
    var secondFactorAnswer = SecondFactorAnswer.page
    /// How long a session lasts, in milliseconds.
    var sessionLifetimeMs: Int64 = 28_800_000
    /// Whether the session's cookie is marked `Secure`, as the console's is.
    var secureCookie = true
    var guidEncoding = GUID.Encoding.asWritten
    var version = "23.2.106"
    /// Requests to `/rest` per minute before the console answers 429; 0 is no limit.
    var requestsPerMinute = 0
    var query = QuerySwitches()
    var remediation = RemediationSwitches()
}

extension ConsoleSwitches {
    init(_ fields: inout Fields) throws(ScenarioError) {
        loginErrorLocation = try fields.string("loginErrorLocation", default: loginErrorLocation)
        loginFailure = try fields.choice("loginFailure", default: loginFailure)
        secondFactorAnswer = try fields.choice("secondFactorAnswer", default: secondFactorAnswer)
        sessionLifetimeMs = try fields.integer("sessionLifetimeMs", default: sessionLifetimeMs)
        secureCookie = try fields.bool("secureCookie", default: secureCookie)
        guidEncoding = try fields.choice("guidEncoding", default: guidEncoding)
        version = try fields.string("version", default: version)
        requestsPerMinute = try fields.count("requestsPerMinute", default: requestsPerMinute)
        query = try fields.object("query", QuerySwitches.init)
        remediation = try fields.object("remediation", RemediationSwitches.init)
    }
}
