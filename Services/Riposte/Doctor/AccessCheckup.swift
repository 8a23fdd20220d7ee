internal import Kafka
internal import Model
internal import Pipeline

/// Whether Kafka's authorizer lets everybody do what they need, and nobody more.
struct AccessCheckup: Sendable {
    let access: KafkaAccess
    /// How the principals are called.
    let principals: PrincipalPattern
    /// The roles that are looked at.
    let roles: [AccessRole]

    /// Compares what Kafka allows with what the catalogue says.
    func finding() async -> Finding {
        let settings = access.connection.settings
        guard settings.checksTopics else {
            return Finding(.ok, "access", "not looked at: TOPICS_CHECK is off, as for the embedded broker")
        }
        do throws(KafkaError) {
            let admin = try KafkaAdmin(settings.kafka, within: KafkaAccess.patience)
            let rules = AccessRules(prefix: settings.prefix, principals: principals)
            let allowed = try await admin.allowed()
            guard !allowed.isEmpty else { return Self.nothing(settings.kafka) }
            return Self.finding(allowed: allowed, rules: rules, roles: roles)
        } catch {
            return Self.finding(error)
        }
    }

    /// Nothing was told: librdkafka makes that of a refusal, and of a Kafka without an authorizer.
    static func nothing(_ kafka: KafkaConfiguration) -> Finding {
        let way = kafka.settings["security.protocol"]?.lowercased() ?? "plaintext"
        guard way == "plaintext" else {
            return Finding(
                .ok, "access", "not looked at: only an administrator of Kafka may see what principals are allowed")
        }
        return Finding(
            .warn, "access",
            "Kafka asks for no login here: whoever reaches it may ask for remediation and decide on it (deploy/KAFKA.md)"
        )
    }

    /// Why nothing can be said about it.
    static func finding(_ error: KafkaError) -> Finding {
        Finding(.warn, "access", "not looked at: \(error)")
    }

    /// What is missing is needed; what is more than needed somebody should know of.
    static func finding(allowed: Set<KafkaACL>, rules: AccessRules, roles: [AccessRole]) -> Finding {
        var missing: [String] = []
        var surplus: [String] = []
        for role in roles {
            let needed = Set(rules.acls(of: role))
            let principal = rules.principals.principal(of: role)
            let found = allowed.filter { $0.principal == principal }
            // Who has nothing at all is no part of this deployment, or a super user, unless a service.
            guard !found.isEmpty || !role.groups.isEmpty else { continue }
            missing += needed.subtracting(found).map(words).sorted()
            surplus += found.subtracting(needed).map(words).sorted()
        }
        guard missing.isEmpty else {
            let mend = "'riposte topics acls' prints the commands that allow it, and with --apply allows it"
            return Finding(
                .fail, "access", (["not allowed and needed:"] + few(missing) + [mend]).joined(separator: "\n"))
        }
        guard surplus.isEmpty else {
            return Finding(.warn, "access", (["allowed and not needed:"] + few(surplus)).joined(separator: "\n"))
        }
        return Finding(.ok, "access", "every service is allowed what it needs, and nothing else")
    }

    private static func few(_ lines: [String]) -> [String] {
        let shown = lines.prefix(10).map { "  \($0)" }
        return lines.count > 10 ? shown + ["  and \(lines.count - 10) more"] : shown
    }

    private static func words(_ acl: KafkaACL) -> String {
        let resource =
            switch acl.resource {
            case .topic(let name): "topic \(name)"
            case .group(let name): "group \(name)"
            case .groups(let prefix): "groups \(prefix)*"
            case .cluster: "the cluster"
            }
        return "\(acl.principal): \(acl.operation.rawValue) \(resource)"
    }
}
