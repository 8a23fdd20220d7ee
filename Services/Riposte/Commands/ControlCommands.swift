internal import JSON
internal import Kafka
internal import Model
internal import Runtime

/// `riposte halt` and `riposte resume`: the switch that every executor obeys.
enum ControlCommands {
    static let halt = Command(
        "halt", summary: "Stops all remediation at once; only aborts are still sent.",
        discussion: """
            Every executor reads the switch before each request that it sends, and once more before the first byte. What
            the console has taken already goes on there. Requests wait until 'riposte resume', or expire.

            Examples:
              riposte halt --reason "wrong policy deployed"
              riposte halt --by oncall@example.com --reason "INC-4711"
            """,
        options: options,
        environment: {
            KafkaAccess.settings(reading: &$0); CommandArguments.declarePerson(&$0)
        }, run: { try await set(true, $0, $1) })

    static let resume = Command(
        "resume", summary: "Allows remediation again after a halt.",
        discussion: """
            Requests that waited and have not expired are sent.

            Example:
              riposte resume --reason "policy mended"
            """,
        options: options,
        environment: {
            KafkaAccess.settings(reading: &$0); CommandArguments.declarePerson(&$0)
        }, run: { try await set(false, $0, $1) })

    private static let options: [CommandOption] = [
        .value("reason", "TEXT", help: "Why; everybody will read it. Needed."),
        .value("by", "NAME", help: "Who does it; $USER or this account unless given."),
    ]

    /// The record that sets the switch.
    static func control(on: Bool, by person: String, reason: String, at time: Timestamp) -> ControlSwitch {
        var control = ControlSwitch()
        control.on = on
        control.setBy = person
        control.reason = reason
        control.setAt = time
        return control
    }

    private static func set(_ on: Bool, _ arguments: CommandArguments, _ context: CommandContext) async throws
        -> ExitCode
    {
        guard let reason = arguments.value("reason"), !reason.isEmpty else { throw UsageError("--reason is needed") }
        let person = await arguments.person("by", context)
        let control = control(on: on, by: person, reason: reason, at: .now())
        let access = try KafkaAccess(context)
        let place = try await access.publish(control, key: ControlSwitch.halt, to: Topics.control)
        let words = on ? "remediation is halted" : "remediation is allowed"
        context.output.line(
            PlainText.line("\(words) since \(control.setAt.rfc3339), by \(person): \(reason)")
                + " (\(place.topic), offset \(place.offset))")
        return .done
    }
}
