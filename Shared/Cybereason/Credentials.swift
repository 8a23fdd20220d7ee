/// Who logs in to the console.
public struct Credentials: Sendable, Equatable {
    /// The account, usually an e-mail address. It also appears in the address of progress requests.
    public var username: String
    /// The account's password.
    public var password: Secret

    /// An account and its password.
    public init(username: String, password: Secret) {
        self.username = username
        self.password = password
    }
}
