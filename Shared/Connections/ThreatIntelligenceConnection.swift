public import Cybereason
internal import HTTPClient
public import Runtime

/// Where the threat-intelligence server is.
///
/// ## Configuration keys
/// - `THREAT_INTELLIGENCE_URL`: the vendor's own by default.
/// - `THREAT_INTELLIGENCE_CA_FILE`, `…CLIENT_CERTIFICATE_FILE`, `…CLIENT_KEY_FILE`: see ``ServerTrust``.
public struct ThreatIntelligenceConfiguration: Sendable {
    /// How the server is asked. A service may change limits before it connects.
    public var settings: ThreatIntelligenceSettings
    /// How its certificate is checked.
    public var trust: ServerTrust

    public init(settings: ThreatIntelligenceSettings, trust: ServerTrust = ServerTrust()) {
        self.settings = settings
        self.trust = trust
    }

    /// Reads the settings; what is wrong with them is collected by the reader.
    public init(reading reader: inout ConfigurationReader) {
        let url = reader.url(
            "THREAT_INTELLIGENCE_URL", "Address of the threat-intelligence server",
            default: ThreatIntelligenceSettings.vendorURL)
        trust = ServerTrust(reading: &reader, prefix: "THREAT_INTELLIGENCE_")
        settings = Self.settings(url, &reader)
    }

    private static func settings(
        _ url: String, _ reader: inout ConfigurationReader
    ) -> ThreatIntelligenceSettings {
        do throws(ConsoleError) {
            return try ThreatIntelligenceSettings(baseURL: url)
        } catch {
            reader.problem("THREAT_INTELLIGENCE_URL", error.detail)
            return placeholder
        }
    }

    /// Stands in after a problem, until the reader's `finish()` throws.
    private static var placeholder: ThreatIntelligenceSettings {
        do throws(ConsoleError) {
            return try ThreatIntelligenceSettings()
        } catch {
            preconditionFailure("the vendor's address is always valid: \(error)")
        }
    }
}

/// A service's connection to threat intelligence: its client, watched by the service's log and metrics, and ended with it.
public final class ThreatIntelligenceConnection: Component {
    public let name = "threat-intelligence"
    /// What asks the server.
    public let client: ThreatIntelligenceClient
    private let http: HTTPClient

    /// Makes the client.
    ///
    /// - Throws: `ConfigurationError` if a file of ``ServerTrust`` cannot be used.
    public init(_ configuration: ThreatIntelligenceConfiguration, context: ServiceContext) throws {
        http = try HTTPClient.configured(configuration.trust, prefix: "THREAT_INTELLIGENCE_", context)
        client = ThreatIntelligenceClient(
            configuration.settings, http: http,
            observer: .wired(to: context, server: "threat-intelligence", memory: .seconds(180)))
    }

    /// Ends the client's thread.
    public func stop() async { await http.shutdown() }
}
