internal import Model
internal import Runtime

/// `riposte doctor`: whether all is well, and what to do where it is not.
enum DoctorCommand {
    static let command = Command(
        "doctor", summary: "Looks at the whole installation and says what is wrong with it and what to do.",
        discussion: """
            One line for each thing: ok, warn (somebody should know) or fail (Riposte cannot do its work like this), with
            what to do about it. Nothing is changed.

            The exit code is 0 if nothing fails, 1 if something does, and 75 if Kafka does not answer.

            Console, threat intelligence and policy are looked at where the environment names them, as it does for the
            services. What Kafka allows to whom is looked at with the right to see that, which administrators have.

            Examples:
              riposte doctor
              riposte doctor --principal 'User:{role}'
            """,
        options: [
            .value("role", "ROLE", help: "Whether this role is allowed what it needs; all roles unless given."),
            .value("principal", "NAME", help: "How Kafka calls the roles; 'User:CN={role}' unless given."),
        ],
        environment: {
            KafkaAccess.settings(reading: &$0); PolicyCheckup.declare(&$0)
            ConsoleCheckup.declare(&$0); IntelligenceCheckup.declare(&$0)
        }, run: { try await run($0, $1) })

    private static func run(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        let access = try KafkaAccess(context)
        let rights = try rights(arguments, access)
        let report = DoctorReport(context)
        var kafka = KafkaCheckup(access)
        report.tell(await kafka.brokers())
        let isAway = kafka.isAway
        if !isAway {
            report.tell(await kafka.topics())
            report.tell(await rights.finding())
            if let clock = await kafka.clock() { report.tell(clock) }
            report.tell(await kafka.haltSwitch())
        }
        report.tell(PolicyCheckup.finding(context.environment))
        for finding in await ConsoleCheckup.findings(context.environment) { report.tell(finding) }
        report.tell(await IntelligenceCheckup.finding(context.environment))
        if !isAway { report.tell(await kafka.requests()) }
        if isAway { return .unavailable }
        return report.hasFailure ? .failed : .done
    }

    private static func rights(_ arguments: CommandArguments, _ access: KafkaAccess) throws(UsageError) -> AccessCheckup
    {
        let role = try arguments.role()
        let pattern = try arguments.value("principal").map { typed throws(UsageError) in
            try PrincipalPattern(typed, isForOne: role != nil)
        }
        return AccessCheckup(
            access: access, principals: pattern ?? .usual, roles: role.map { [$0] } ?? AccessRole.allCases)
    }
}

/// Prints findings as they come, for the next one may take its time.
private final class DoctorReport {
    private let context: CommandContext
    private let style: Style
    private(set) var hasFailure = false

    init(_ context: CommandContext) {
        self.context = context
        style = Style(context.output, environment: context.environment)
    }

    func tell(_ finding: Finding) {
        if finding.grade == .fail { hasFailure = true }
        let grade = style.paint(PlainText.pad(finding.grade.rawValue, 4), finding.grade.tone)
        // What mends several topics is several lines.
        for (index, line) in finding.text.split(separator: "\n").enumerated() {
            let head =
                index == 0 ? "\(grade)  \(PlainText.pad(finding.subject, 8))  " : String(repeating: " ", count: 16)
            context.output.line(head + PlainText.line(String(line)))
        }
    }
}
