/// The settings of any service, and those of one.
struct ServiceSettings<Service: ServiceConfiguration>: ServiceConfiguration {
    let port: UInt16
    let logLevel: LogLevel
    let service: Service

    init(reading reader: inout ConfigurationReader) {
        port = reader.port(
            "HTTP_PORT", "Port of /livez, /readyz and /metrics; 0 takes a free one and logs it", default: 8080)
        logLevel = reader.choice("LOG_LEVEL", "Log lines below it are left out", default: LogLevel.info)
        service = Service(reading: &reader)
    }
}

/// For whatever needs none of its own.
struct NoConfiguration: ServiceConfiguration {
    init(reading reader: inout ConfigurationReader) {}
}

/// What is asked of a service's executable.
enum ServiceArguments: Equatable {
    case run
    case help
    case version
    case healthcheck(HealthProbe.Question)
    case wrong(String)

    init(_ arguments: some Collection<String>) {
        guard let first = arguments.first else {
            self = .run
            return
        }
        let rest = Array(arguments.dropFirst())
        switch (first, rest.first) {
        case ("healthcheck", "ready"): self = rest.count == 1 ? .healthcheck(.ready) : .wrong(rest[1])
        case (_, let extra?): self = .wrong(extra)
        case ("--help", nil), ("-h", nil), ("help", nil): self = .help
        case ("--version", nil): self = .version
        case ("healthcheck", nil): self = .healthcheck(.alive)
        case (_, nil): self = .wrong(first)
        }
    }
}

/// A service as its `--help` shows it.
struct ServiceDescription: Sendable {
    let name: String
    let summary: String
    let version: String

    var usage: String { "usage: \(name) [--help | --version | healthcheck [ready]]" }

    func help(_ reader: ConfigurationReader) -> String {
        """
        \(name): \(summary)

        \(usage)

          healthcheck         ask the service on this machine's HTTP_PORT, which must not be 0, whether it lives: 0 if it
                              does, else 1
          healthcheck ready   ask it whether it can do its work

        Exit codes: 0 stopped, 1 failed, 64 wrong arguments, 70 stopping hung, 75 something needed is away,
        78 wrong configuration, 130 or 143 ended at once by a second INT or TERM a second or more after the first.

        \(reader.help)
        """
    }

    /// Keys that begin with the service's own name must be known; so must those of all of Riposte, once one is read.
    func reader(_ environment: [String: String]) -> ConfigurationReader {
        let own = name.uppercased().split(separator: "-").joined(separator: "_")
        return ConfigurationReader(environment: environment, strictPrefixes: ["\(own)_", "RIPOSTE_"])
    }
}
