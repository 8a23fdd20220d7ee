/// How sessions are kept, and how careful logins are.
public struct SessionSettings: Sendable {
    /// After this time a session is no longer used. The vendor says eight hours.
    public var lifetime: Duration
    /// After this time a new session is fetched while the old one is still in use.
    public var renewAfter: Duration
    /// Pauses after the console refused the user name or password: a few wrong logins can lock an account.
    public var refusalBackoff: Backoff
    /// When a login is repeated that was sent back to the login page without a word why: only the second refusal in a row
    /// is taken for one.
    public var confirmAfter: Duration
    /// Pauses after a login that could not be made, whose answer could not be understood, or whose session was refused at
    /// once.
    public var shortBackoff: Backoff
    /// So many logins may follow each other without a pause.
    public var loginBurst: Int
    /// Beyond the burst, one login each interval, counting those since a session last worked: they may have been wrong.
    public var loginInterval: Duration
    /// Beyond the burst, one login each interval, counting all of them.
    public var provedLoginInterval: Duration

    /// The defaults.
    public init() {
        lifetime = .seconds(8 * 3600 - 300)
        renewAfter = .seconds(7 * 3600)
        refusalBackoff = Backoff(base: .seconds(60), cap: .seconds(1800))
        confirmAfter = .seconds(5)
        shortBackoff = Backoff(base: .milliseconds(500), cap: .seconds(30))
        loginBurst = 20
        loginInterval = .seconds(15)
        provedLoginInterval = .seconds(2)
    }
}
