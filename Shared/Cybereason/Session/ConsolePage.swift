/// What the console's HTML pages say to a client that is no browser.
enum ConsolePage: Sendable, Equatable {
    /// The login form: nobody is logged in.
    case login
    /// The question for the second factor.
    case secondFactor
    /// The question for a new password.
    case passwordReset
    /// Anything else.
    case other

    /// Recognises a page by the marks that shipping clients look for.
    init(body: [UInt8]) {
        let text = String(decoding: body.prefix(64 << 10), as: UTF8.self).lowercased()
        if text.contains("two factor authentication") || text.contains("totpcode") {
            self = .secondFactor
        } else if text.contains("confirmnewpassword") {
            self = .passwordReset
        } else if text.contains("<app-login") || text.contains("cybereason | login") {
            self = .login
        } else {
            self = .other
        }
    }

    /// Whether a body is a page at all, told by its first character that is not blank.
    static func isMarkup(_ body: [UInt8]) -> Bool {
        body.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D } == UInt8(ascii: "<")
    }
}
