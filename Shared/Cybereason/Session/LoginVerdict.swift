/// What an answer to the login form means.
///
/// The console answers a wrong password with a redirect or a page, never with 401, and sets a session cookie with it. So
/// neither the status nor the cookie proves anything: the target of the redirect does (seen on the wire).
enum LoginVerdict: Sendable, Equatable {
    /// Logged in, as far as this answer can tell; the page to look at for a second question.
    case accepted(SessionCookies, page: String)
    /// Sent back to a login page without being told that anything was wrong: that page may ask for a second factor.
    case doubtful(SessionCookies, page: String)
    /// Not logged in.
    case refused(ConsoleError.Kind, String)
    /// Not logged in, but nobody said that user name or password are wrong: the mere login page, which a wrong password
    /// shows behind something that follows redirects, and so does any hiccup. One more login will tell.
    case unexplained(String)

    /// Reads the answer's status, `Location`, cookies and body.
    init(status: Int, location: String?, setCookie: [String], body: [UInt8]) {
        switch ConsolePage(body: body) {
        case .secondFactor: self = Self.secondFactor
        case .passwordReset: self = Self.passwordExpired
        case .login, .other:
            if (300..<400).contains(status) {
                self = Self.redirect(to: location ?? "", setCookie: setCookie)
            } else {
                self = Self.noRedirect(status: status, body: body)
            }
        }
    }

    /// The second look: the page behind the redirect.
    static func refusal(onPage page: ConsolePage) -> LoginVerdict? {
        switch page {
        case .secondFactor: secondFactor
        case .passwordReset: passwordExpired
        case .login: .unexplained("the console shows its login page after the login")
        case .other: nil
        }
    }

    private static let badCredentials = LoginVerdict.refused(
        .badCredentials, "the console refused the user name or password")
    private static let secondFactor = LoginVerdict.refused(
        .secondFactorRequired, "the console asks this account for a second factor; use an account without one")
    private static let passwordExpired = LoginVerdict.refused(
        .passwordExpired, "the console wants this account's password to be changed")

    private static func redirect(to location: String, setCookie: [String]) -> LoginVerdict {
        let target = location.lowercased()
        if target.contains("reset") { return passwordExpired }
        if target.contains("error") { return badCredentials }
        guard !target.isEmpty else {
            return .refused(.notUnderstood, "the login was answered with a redirect to nowhere")
        }
        let cookies = SessionCookies(setCookie: setCookie)
        if target.contains("login") {
            let words = "the login was sent back to the login page without a session cookie"
            return cookies.map { .doubtful($0, page: path(of: location)) } ?? .unexplained(words)
        }
        guard let cookies else {
            return .refused(.notUnderstood, "the login was answered without a session cookie")
        }
        return .accepted(cookies, page: path(of: location))
    }

    private static func noRedirect(status: Int, body: [UInt8]) -> LoginVerdict {
        switch status {
        case 200..<300 where ConsolePage(body: body) == .login:
            .unexplained("the console answered the login with its login page")
        case 401, 403: .unexplained("the login was refused with HTTP \(status)")
        case 429: .refused(.throttled, "too many logins")
        case 500...: .refused(.unavailable, "the login was answered with HTTP \(status)")
        default: .refused(.notUnderstood, "the login was answered with HTTP \(status) and no redirect")
        }
    }

    /// The path of a redirect's target, without host and fragment: the client never leaves the configured host.
    private static func path(of location: String) -> String {
        var rest = Substring(location)
        if let scheme = rest.firstRange(of: "://") {
            rest = rest[scheme.upperBound...]
            rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        rest = rest.prefix { $0 != "#" }
        let safe = rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && rest.utf8.count <= 512
        return safe && rest.hasPrefix("/") && !rest.hasPrefix("//") ? String(rest) : "/"
    }
}
