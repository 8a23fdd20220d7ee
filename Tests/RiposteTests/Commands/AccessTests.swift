import Kafka
import Model
import Runtime
import Testing

@testable import Riposte

/// `riposte topics acls`, and what the catalogue says about who does what.
@Suite struct AccessTests {
    private let rules = AccessRules(prefix: "r.", principals: .usual)
    private let environment = ["KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "TOPIC_PREFIX": "r."]

    private func may(_ role: AccessRole, _ operation: KafkaACL.Operation, _ topic: String) -> Bool {
        rules.acls(of: role).contains(KafkaACL("User:CN=\(role)", operation, .topic("r." + topic)))
    }

    @Test("every topic has a place in the table, and somebody who writes it and somebody who reads it") func whole() {
        #expect(TopicAccess.all.map(\.topic) == Topics.all)
        #expect(TopicAccess.all.allSatisfy { !$0.writers.isEmpty && !$0.readers.isEmpty })
    }

    @Test("who may ask may not decide, halt or write results; who decides may not ask") func apart() {
        #expect(may(.requester, .write, "remediation.requests"))
        for topic in ["remediation.decisions", "remediation.ledger", "remediation.results", "control"] {
            #expect(!may(.requester, .write, topic), "\(topic)")
        }
        #expect(may(.approver, .write, "remediation.decisions"))
        #expect(!may(.approver, .write, "remediation.requests") && !may(.operator, .write, "remediation.requests"))
        #expect(AccessRole.allCases.filter { may($0, .read, "remediation.requests") } == [.remediator])
        #expect(AccessRole.allCases.filter { may($0, .write, "remediation.results") } == [.tracker])
        #expect(AccessRole.allCases.filter { may($0, .write, "remediation.ledger") } == [.remediator, .tracker])
    }

    @Test("only services join Riposte's groups, each its own; nobody may do anything with the cluster") func groups() {
        for role in AccessRole.allCases {
            let acls = rules.acls(of: role)
            #expect(!acls.contains { $0.resource == .cluster })
            let joined = acls.filter { $0.operation == .read }.compactMap { acl -> String? in
                if case .group(let name) = acl.resource { name } else { nil }
            }
            #expect(joined == role.groups.map(\.rawValue))
        }
        #expect(AccessRole.allCases.flatMap(\.groups).count == ConsumerGroup.allCases.count)
    }

    @Test("commands of Kafka are printed, one a line, and nothing is asked of a broker") func printed() async {
        let run = CommandRun(environment: environment)
        #expect(await run.run("topics", "acls", "--role", "requester", "--principal", "User:soar") == .done)
        let head = "kafka-acls --bootstrap-server 127.0.0.1:1 --add --allow-principal 'User:soar' --operation "
        let wanted: [String] = [
            "Write --topic 'r.remediation.requests'", "Read --topic 'r.remediation.results'",
            "Describe --group 'riposte.cli.follower'", "Describe --group 'riposte-admin'",
            "Read --group 'requester.' --resource-pattern-type prefixed",
        ]
        #expect(run.lines.map(String.init) == wanted.map { head + $0 })
        let all = CommandRun(environment: environment)
        #expect(await all.run("topics", "acls", "--principal", "User:riposte-{role}") == .done)
        #expect(all.output.contains("'User:riposte-detector'") && !all.output.contains("{role}"))
    }

    @Test(
        "a role or principal that makes no sense is refused",
        arguments: [
            (["--role", "king"], "one of detector, enricher"), (["--principal", "soar"], "User:NAME"),
            (["--principal", "User:soar"], "needs {role} in it"),
        ] as [([String], String)])
    func refused(_ arguments: [String], _ words: String) async {
        let run = CommandRun(environment: environment)
        #expect(await Riposte.program.run(["topics", "acls"] + arguments, run.context) == .usage)
        #expect(run.errors.contains(words), "\(run.errors)")
    }

    @Test("what is needed and not allowed fails, what is allowed and not needed is told, both by name") func judged() {
        let roles = AccessRole.allCases
        let all = Set(roles.flatMap(rules.acls))
        #expect(AccessCheckup.finding(allowed: all, rules: rules, roles: roles).grade == .ok)
        let gone = KafkaACL("User:CN=tracker", .write, .topic("r.remediation.results"))
        let lacking = AccessCheckup.finding(allowed: all.subtracting([gone]), rules: rules, roles: roles)
        #expect(lacking.grade == .fail)
        #expect(lacking.text.contains("User:CN=tracker: Write topic r.remediation.results"))
        #expect(lacking.text.contains("riposte topics acls"))
        let extra = KafkaACL("User:CN=requester", .write, .topic("r.remediation.decisions"))
        let more = AccessCheckup.finding(allowed: all.union([extra]), rules: rules, roles: roles)
        #expect(more.grade == .warn)
        #expect(more.text.contains("User:CN=requester: Write topic r.remediation.decisions"))
        let nothing = AccessCheckup.finding(allowed: [], rules: rules, roles: roles)
        #expect(nothing.grade == .fail && nothing.text.contains("and ") && !nothing.text.contains("approver"))
    }

    @Test("where nothing is told nothing is said of it, unless Kafka asks for no login at all") func unseen() throws {
        let tls = try KafkaConfiguration(bootstrapServers: "k:1", settings: ["security.protocol": "ssl"])
        #expect(AccessCheckup.nothing(tls).grade == .ok)
        let open = AccessCheckup.nothing(try KafkaConfiguration(bootstrapServers: "k:1"))
        #expect(open.grade == .warn && open.text.contains("asks for no login"))
    }
}
