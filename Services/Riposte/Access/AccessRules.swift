internal import Kafka
internal import Model
internal import Runtime

/// The catalogue's word on who does what, as leave that Kafka can give. Pure.
struct AccessRules: Sendable {
    /// What every topic's name begins with.
    let prefix: String
    /// How principals are called.
    let principals: PrincipalPattern

    /// All that a role needs, and nothing else.
    func acls(of role: AccessRole) -> [KafkaACL] {
        let principal = principals.principal(of: role)
        return (topics(role) + groups(role)).map { KafkaACL(principal, $0.0, $0.1) }
    }

    private func topics(_ role: AccessRole) -> [(KafkaACL.Operation, KafkaACL.Resource)] {
        TopicAccess.all.flatMap { access in
            let topic = KafkaACL.Resource.topic(prefix + access.topic.name)
            // Whoever starts looks at all topics first: with the wrong settings none of them is safe.
            var operations: [KafkaACL.Operation] = Self.looksAtAll(role) ? [.describe, .describeConfigs] : []
            if role == .scaler { operations.append(.describe) }
            if role == .topics { operations.append(.create) }
            if access.readers.contains(role) { operations.append(.read) }
            if access.writers.contains(role) { operations.append(.write) }
            return operations.map { ($0, topic) }
        }
    }

    private func groups(_ role: AccessRole) -> [(KafkaACL.Operation, KafkaACL.Resource)] {
        let own = role.groups.map { (KafkaACL.Operation.read, KafkaACL.Resource.group($0.rawValue)) }
        let named = role.namedGroups.map { (KafkaACL.Operation.describe, KafkaACL.Resource.group($0)) }
        return own + named + (role.groupPrefix.map { [(.read, .groups(prefix: $0))] } ?? [])
    }

    private static func looksAtAll(_ role: AccessRole) -> Bool {
        switch role {
        case .detector, .enricher, .remediator, .tracker, .operator, .topics: true
        case .requester, .approver, .dashboard, .scaler: false
        }
    }
}

/// How the principals of a deployment are called: `User:CN={role}` with certificates, `User:{role}` with passwords.
struct PrincipalPattern: Sendable, Equatable {
    /// Stands for the role.
    static let placeholder = "{role}"
    /// As ``deploy/make-certificates`` names them.
    static let usual = PrincipalPattern(text: "User:CN={role}")

    let text: String

    /// The principal of a role.
    func principal(of role: AccessRole) -> String { text.replacing(Self.placeholder, with: role.rawValue) }
}

extension PrincipalPattern {
    /// Reads what was typed.
    ///
    /// - Parameter isForOne: Whether it is for one role alone, and so may be a principal's whole name.
    init(_ typed: String, isForOne: Bool) throws(UsageError) {
        guard typed.hasPrefix("User:"), typed.utf8.count > "User:".utf8.count else {
            throw UsageError("--principal '\(typed)': User:NAME, as Kafka calls it, such as 'User:CN={role}'")
        }
        guard isForOne || typed.contains(Self.placeholder) else {
            throw UsageError("--principal '\(typed)': needs {role} in it, unless --role names one")
        }
        text = typed
    }
}
