internal import Connections
internal import Cybereason
internal import HTTPClient
internal import Runtime

/// Whether threat intelligence answers. It wants no login.
enum IntelligenceCheckup {
    /// The key of the environment, for the help.
    static func declare(_ reader: inout ConfigurationReader) {
        _ = reader.optional(
            "THREAT_INTELLIGENCE_URL", "The threat-intelligence server that is looked at, as the enricher has it",
            .string)
    }

    /// Asks for the reputation of the empty file.
    ///
    /// - Parameter patience: How long the server may take.
    static func finding(_ environment: [String: String], within patience: Duration = .seconds(20)) async -> Finding {
        guard environment["THREAT_INTELLIGENCE_URL"].map({ !$0.isEmpty }) ?? false else {
            return Finding(.ok, "intel", "not looked at: THREAT_INTELLIGENCE_URL is not set here")
        }
        var reader = ConfigurationReader(environment: environment)
        let configuration = ThreatIntelligenceConfiguration(reading: &reader)
        do throws(ConfigurationError) {
            try reader.finish()
        } catch {
            return Finding(.fail, "intel", error.problems.joined(separator: "\n"))
        }
        do throws(HTTPClientSetupError) {
            let http = try HTTPClient(configuration.trust.httpConfiguration(userAgent: "riposte-doctor"))
            let result = await ask(ThreatIntelligenceClient(configuration.settings, http: http), patience)
            await http.shutdown()
            return finding(result, configuration.settings.baseURL)
        } catch {
            return Finding(.fail, "intel", "THREAT_INTELLIGENCE_…_FILE: \(error)")
        }
    }

    private static func ask(_ client: ThreatIntelligenceClient, _ patience: Duration) async -> ClassificationResult? {
        guard let empty = Indicator.hash("d41d8cd98f00b204e9800998ecf8427e") else { return nil }
        return await client.classify([empty], deadline: .now + patience)[empty]
    }

    static func finding(_ result: ClassificationResult?, _ place: String) -> Finding {
        guard case .failed(let error) = result else { return Finding(.ok, "intel", "\(place) answers") }
        let advice =
            switch error.kind {
            case .forbidden, .badCredentials, .rejected:
                "It refuses this host: ask the vendor whether its address must be let in"
            case .notFound, .notUnderstood: "Is THREAT_INTELLIGENCE_URL the server's own address, without a path?"
            default:
                "Can this host reach it, and does it trust its certificate (THREAT_INTELLIGENCE_CA_FILE)?"
            }
        return Finding(
            .fail, "intel",
            "\(place): \(error)\n\(advice) Until it answers, detections are published late and without all verdicts")
    }
}
