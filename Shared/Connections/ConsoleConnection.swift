public import Cybereason
internal import HTTPClient
public import Runtime
internal import Synchronization

/// A service's connection to the console: its client, watched by the service's log and metrics, and ended with it.
///
/// As a component it belongs before whatever calls the console, so that it is stopped after it.
public final class ConsoleConnection: Component {
    public let name = "console"
    /// What calls the console.
    public let client: ConsoleClient
    private let http: HTTPClient
    private let login: LoginWatch?
    private let watching = Mutex<Task<Void, Never>?>(nil)

    /// Makes the client; it logs in at its first call.
    ///
    /// The readiness condition `console` says whether the console is away, as far as the service's calls show.
    ///
    /// - Parameters:
    ///   - logsInAtStart: Whether the account is tried as soon as the service has started, for one that may have nothing to
    ///     ask the console for hours. Then the readiness condition `console-login` says whether the console has refused it.
    ///   - memory: After how long without any call nothing is known of the console any more.
    /// - Throws: `ConfigurationError` if a file of ``ServerTrust`` cannot be used.
    public init(
        _ configuration: ConsoleConfiguration, context: ServiceContext, logsInAtStart: Bool = false,
        memory: Duration = .seconds(180)
    ) throws {
        let login = logsInAtStart ? LoginWatch(context.readiness) : nil
        var observer = ConsoleObserver.wired(to: context, server: "console", memory: memory)
        if let login { observer = login.listening(observer) }
        http = try HTTPClient.configured(configuration.trust, prefix: "CYBEREASON_", context)
        client = ConsoleClient(configuration.settings, http: http, observer: observer)
        self.login = login
        context.metrics.reading(
            "platform_clock_difference_seconds",
            help: "The console's clock less this host's, by its latest answer; nothing is sent while it is too large.",
            labels: ["server": "console"]
        ) { [clock = client.clock] in clock.reading.map { $0.difference / .seconds(1) } }
    }

    /// Begins to try the account, and does not wait for what comes of it.
    public func start() async throws {
        guard let login else { return }
        watching.withLock { $0 = Task { [client] in await login.watch(client) } }
    }

    /// Ends the session and the client's thread. What is still under way fails as cut or not sent.
    public func stop() async {
        watching.withLock { $0 }?.cancel()
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
