internal import Connections
internal import Cybereason
internal import HTTPClient
internal import Runtime

/// What the console says to the services' account, and how far its clock is from ours.
enum ConsoleCheckup {
    /// The key of the environment, for the help.
    static func declare(_ reader: inout ConfigurationReader) {
        _ = reader.optional(
            "CYBEREASON_URL", "The console that is looked at, with the services' other keys for it", .string)
    }

    /// Logs in, asks what needs a right, and logs out.
    ///
    /// - Parameter patience: How long the console may take for each answer.
    static func findings(
        _ environment: [String: String], within patience: Duration = .seconds(20)
    ) async -> [Finding] {
        guard environment["CYBEREASON_URL"].map({ !$0.isEmpty }) ?? false else {
            return [Finding(.ok, "console", "not looked at: CYBEREASON_URL is not set here")]
        }
        var reader = ConfigurationReader(environment: environment)
        let configuration = ConsoleConfiguration(reading: &reader)
        do throws(ConfigurationError) {
            try reader.finish()
        } catch {
            return [Finding(.fail, "console", error.problems.joined(separator: "\n"))]
        }
        do throws(HTTPClientSetupError) {
            let http = try HTTPClient(configuration.trust.httpConfiguration(userAgent: "riposte-doctor"))
            let client = ConsoleClient(configuration.settings, http: http)
            let findings = await look(client, patience)
            await client.logOut()
            await http.shutdown()
            return findings
        } catch {
            return [Finding(.fail, "console", "CYBEREASON_…_FILE: \(error)")]
        }
    }

    private static func look(_ client: ConsoleClient, _ patience: Duration) async -> [Finding] {
        let place = "\(client.settings.baseURL) as \(client.settings.credentials.username)"
        do throws(ConsoleError) {
            try await client.logIn(deadline: .now + patience)
        } catch {
            return [Finding(.fail, "console", "\(place): \(error)\n\(advice(error))")]
        }
        let rights = await self.rights(client, patience)
        let clock = ClockFindings.console(client.clock.reading?.difference)
        return [Finding(.ok, "console", "logged in to \(place)"), rights, clock]
    }

    private static func rights(_ client: ConsoleClient, _ patience: Duration) async -> Finding {
        do throws(ConsoleError) {
            // No machine has this GUID: the question alone matters.
            _ = try await client.machineStates(["0.1"], deadline: .now + patience)
            return rights(try await client.roles(deadline: .now + patience))
        } catch {
            return Finding(.fail, "rights", "\(error)\n\(advice(error))")
        }
    }

    /// Whether the account may respond: that cannot be tried without doing it.
    static func rights(_ roles: [String]?) -> Finding {
        guard let roles else {
            return Finding(
                .warn, "rights",
                "may query; the console does not tell the account's roles, and remediation needs Analyst L3")
        }
        let all = roles.sorted().joined(separator: ", ")
        guard roles.contains("analyst_l3") else {
            return Finding(
                .fail, "rights",
                "may query, but not respond: the account has \(all) and needs Analyst L3, which the console's administrator"
                    + " gives")
        }
        return Finding(.ok, "rights", "may query and respond: \(all)")
    }

    /// What a person does about it.
    static func advice(_ error: ConsoleError) -> String {
        switch error.kind {
        case .badCredentials:
            "Check CYBEREASON_USERNAME and CYBEREASON_PASSWORD_FILE; too many tries lock the account"
        case .secondFactorRequired: "Give Riposte an account of its own without a second factor"
        case .passwordExpired: "Log in by hand, change the password, and put the new one into CYBEREASON_PASSWORD_FILE"
        case .forbidden: "The account lacks a role: Riposte needs Analyst L3, which the console's administrator gives"
        case .notFound, .notUnderstood: "Is CYBEREASON_URL the address of the console itself, without a path?"
        case .unavailable, .timeout:
            "Can this host reach CYBEREASON_URL? If its certificate is the reason: CYBEREASON_CA_FILE"
        case .sessionInvalid, .throttled: "Try again in a minute; is the account in use elsewhere?"
        case .rejected, .tooLarge, .invalidArgument, .cancelled: "Try again, and look at the services' logs"
        }
    }
}
