public import Cybereason
internal import HTTPClient
public import Runtime

/// A service's connection to the console: its client, watched by the service's log and metrics, and ended with it.
///
/// As a component it belongs before whatever calls the console, so that it is stopped after it.
public final class ConsoleConnection: Component {
    public let name = "console"
    /// What calls the console.
    public let client: ConsoleClient
    private let http: HTTPClient

    /// Makes the client; it logs in at its first call.
    ///
    /// - Throws: `ConfigurationError` if a file of ``ServerTrust`` cannot be used.
    public init(_ configuration: ConsoleConfiguration, context: ServiceContext) throws {
        http = try HTTPClient.configured(configuration.trust, prefix: "CYBEREASON_", context)
        client = ConsoleClient(
            configuration.settings, http: http,
            observer: .wired(to: context.logger.named("console"), metrics: context.metrics, server: "console"))
    }

    /// Ends the session and the client's thread. What is still under way fails as cut or not sent.
    public func stop() async {
        await client.logOut()
        await http.shutdown()
    }
}

extension HTTPClient {
    /// A client for one server; a file that cannot be used is a wrong configuration.
    static func configured(
        _ trust: ServerTrust, prefix: String, _ context: ServiceContext
    ) throws(ConfigurationError) -> HTTPClient {
        do throws(HTTPClientSetupError) {
            let userAgent = "riposte-\(context.name)/\(context.version)"
            return try HTTPClient(trust.httpConfiguration(userAgent: userAgent))
        } catch {
            throw ConfigurationError(problems: ["\(prefix)…_FILE: \(error)"])
        }
    }
}
