internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// `riposte topics acls`: who may read and write what.
enum AccessCommand {
    static let command = Command(
        "topics acls", summary: "Prints what each service and person needs to be allowed in Kafka, or allows it.",
        discussion: """
            One kafka-acls command is printed for each leave, which an administrator can read and run. With --apply the
            leaves are given through this connection, which needs the right to alter the cluster; what is given already
            stays, nothing is taken away, and doing it again changes nothing.

            Roles: \(AccessRole.allCases.map(\.rawValue).joined(separator: ", ")).

            Examples:
              riposte topics acls
              riposte topics acls --apply --principal 'User:CN={role},OU=riposte'
              riposte topics acls --role requester --principal User:soar
            """,
        options: [
            .value("role", "ROLE", help: "Of one role alone; all of them unless given."),
            .value(
                "principal", "NAME", help: "How Kafka calls them, {role} standing for the role; 'User:CN={role}'."),
            .flag("apply", help: "Give the leaves instead of printing them."),
        ], environment: { KafkaAccess.settings(reading: &$0) }, run: { try await run($0, $1) })

    private static func run(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        let role = try arguments.role()
        let pattern = try arguments.value("principal").map { typed throws(UsageError) in
            try PrincipalPattern(typed, isForOne: role != nil)
        }
        let access = try KafkaAccess(context)
        let settings = access.connection.settings
        let rules = AccessRules(prefix: settings.prefix, principals: pattern ?? .usual)
        let acls = (role.map { [$0] } ?? AccessRole.allCases).flatMap(rules.acls)
        guard arguments.flag("apply") else {
            for acl in acls { context.output.line(acl.command(servers: settings.kafka.bootstrapServers)) }
            return .done
        }
        let admin = try KafkaAdmin(settings.kafka)
        try await access.reaching { () throws(KafkaError) in try await admin.allow(acls) }
        try await appear(Set(acls), admin)
        let principals = Set(acls.map(\.principal)).count
        context.output.line("\(acls.count) leaves are given to \(principals) principals")
        return .done
    }

    /// The answer comes before the brokers have taken it in: who came at once would be refused.
    private static func appear(_ acls: Set<KafkaACL>, _ admin: KafkaAdmin) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while !acls.isSubset(of: try await admin.allowed()) {
            guard ContinuousClock.now < deadline else {
                throw DependencyUnavailable("kafka", reason: "the leaves are given and do not appear")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

extension CommandArguments {
    /// `--role`, if it is given.
    func role() throws(UsageError) -> AccessRole? {
        guard let typed = value("role") else { return nil }
        guard let role = AccessRole(rawValue: typed) else {
            let all = AccessRole.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--role '\(typed)': one of \(all)")
        }
        return role
    }
}

extension KafkaACL {
    /// Kafka's own command that gives this leave.
    func command(servers: String) -> String {
        "kafka-acls --bootstrap-server \(servers) --add --allow-principal '\(principal)' --operation \(operation.rawValue)"
            + " \(resource.arguments)"
    }
}

extension KafkaACL.Resource {
    fileprivate var arguments: String {
        switch self {
        case .topic(let name): "--topic '\(name)'"
        case .group(let name): "--group '\(name)'"
        case .groups(let prefix): "--group '\(prefix)' --resource-pattern-type prefixed"
        case .cluster: "--cluster"
        }
    }
}
