internal import Glibc

/// What a service's components are given: where they log, count, and say how they are.
public struct ServiceContext: Sendable {
    /// The service's name: `detector`.
    public let name: String
    /// Which process of the service this is: `<service>@<host>-<pid>`.
    public let instance: String
    /// The version of the build.
    public let version: String
    /// The service's logger.
    public let logger: Logger
    /// The service's metrics, served at `/metrics`.
    public let metrics: Metrics
    /// Whether the service can do its work now, shown at `/readyz`.
    public let readiness: Readiness
    /// Whether the process is of use at all, shown at `/livez`.
    public let liveness: Liveness
    /// The environment that the configuration was read from, for keys that are passed through.
    public let environment: [String: String]

    /// The context of a service. A test makes one to run a service's components by themselves.
    public init(
        name: String, version: String = ProductVersion.current, logger: Logger, metrics: Metrics = Metrics(),
        environment: [String: String] = [:]
    ) {
        self.name = name
        self.version = version
        self.logger = logger
        self.metrics = metrics
        self.environment = environment
        instance = "\(name)@\(HostName.current)-\(getpid())"
        liveness = Liveness()
        let ready = metrics.gauge("ready", help: "1 if the service is ready, else 0.")
        readiness = Readiness { isReady, missing in
            ready.set(isReady)
            logger.info(
                "readiness changed",
                ["ready": .bool(isReady), "missing": .strings(missing.map { "\($0.name): \($0.reason ?? "")" })])
        }
    }
}

/// The name of this machine or container.
enum HostName {
    static var current: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let name = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return String(decoding: name, as: UTF8.self)
    }
}
