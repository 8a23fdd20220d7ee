public import Cybereason
public import Runtime

/// Where the Cybereason console is and who logs in.
///
/// ## Configuration keys
/// - `CYBEREASON_URL`, `CYBEREASON_USERNAME`, `CYBEREASON_PASSWORD` (or `CYBEREASON_PASSWORD_FILE`).
/// - `CYBEREASON_CA_FILE`, `CYBEREASON_CLIENT_CERTIFICATE_FILE`, `CYBEREASON_CLIENT_KEY_FILE`: see ``ServerTrust``.
public struct ConsoleConfiguration: Sendable {
    /// How the console is called. A service may change limits before it connects.
    public var settings: ConsoleSettings
    /// How its certificate is checked.
    public var trust: ServerTrust

    public init(settings: ConsoleSettings, trust: ServerTrust = ServerTrust()) {
        self.settings = settings
        self.trust = trust
    }

    /// Reads the settings; what is wrong with them is collected by the reader.
    public init(reading reader: inout ConfigurationReader) {
        let url = reader.url(
            "CYBEREASON_URL", "Address of the Cybereason console, such as https://tenant.cybereason.net")
        let user = reader.string("CYBEREASON_USERNAME", "Account that logs in to the console")
        let password = reader.secret("CYBEREASON_PASSWORD", "Password of that account")
        trust = ServerTrust(reading: &reader, prefix: "CYBEREASON_")
        let credentials = Credentials(username: user, password: Cybereason.Secret(password.reveal()))
        settings = Self.settings(url, credentials, &reader)
    }

    private static func settings(
        _ url: String, _ credentials: Credentials, _ reader: inout ConfigurationReader
    ) -> ConsoleSettings {
        do throws(ConsoleError) {
            return try ConsoleSettings(baseURL: url, credentials: credentials)
        } catch {
            reader.problem("CYBEREASON_URL", error.detail)
            return placeholder(credentials)
        }
    }

    /// Stands in after a problem, until the reader's `finish()` throws.
    private static func placeholder(_ credentials: Credentials) -> ConsoleSettings {
        do throws(ConsoleError) {
            return try ConsoleSettings(baseURL: "http://localhost", credentials: credentials)
        } catch {
            preconditionFailure("a constant address is always valid: \(error)")
        }
    }
}
