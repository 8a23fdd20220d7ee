import Runtime
import TestSupport
import Testing

@Suite("Command lines")
struct CommandProgramTests {
    private let output = Collector<String>()
    private let errors = Collector<String>()

    private func run(_ typed: [String], own: Bool = false) async -> ExitCode {
        let echo: Command.Run = { arguments, context in
            context.output.write("ran \(arguments.positional)")
            return .done
        }
        var commands = [
            Command("request", summary: "Publishes.", arguments: [.rest("x")], run: echo),
            Command("policy check", summary: "Checks.", arguments: [.rest("x")]) { arguments, context in
                context.output.write("checked \(arguments.positional)")
                return .failed
            },
            Command("policy test", summary: "Tests.") { _, _ in
                throw DependencyUnavailable("kafka", reason: "no broker")
            },
        ]
        if own { commands.append(Command("", summary: "Serves.", arguments: [.rest("x")], run: echo)) }
        let (output, errors) = (output, errors)
        let context = CommandContext(
            output: TextOutput { bytes in
                output.append(String(decoding: bytes, as: UTF8.self))
                return true
            },
            errors: TextOutput { bytes in
                errors.append(String(decoding: bytes, as: UTF8.self))
                return true
            }, logger: Logger(label: "test", sink: .none), environment: [:])
        return await CommandProgram(name: "riposte", summary: "Responds.", version: "1.2", commands: commands)
            .run(typed, context)
    }

    @Test(
        "the command with the most words is run with what is left",
        arguments: [
            (["request"], .done, "ran []"), (["request", "policy", "check"], .done, #"ran ["policy", "check"]"#),
            (["policy", "check", "a"], .failed, #"checked ["a"]"#), (["--version"], .done, "riposte 1.2\n"),
            (["request", "--", "--help"], .done, #"ran ["--help"]"#),
        ] as [([String], ExitCode, String)])
    func chosen(_ typed: [String], _ code: ExitCode, _ printed: String) async {
        #expect(await run(typed) == code)
        #expect(output.items.joined() == printed)
        #expect(errors.count == 0)
    }

    @Test(
        "help is printed to standard output, of all, of a group, of a command",
        arguments: [
            (["--help"], "usage: riposte <command>"), (["help"], "usage: riposte <command>"),
            (["-h"], "policy check   Checks."),
            (["policy", "--help"], "usage: riposte policy <command>"), (["help", "policy"], "policy test    Tests."),
            (["policy", "check", "-h"], "usage: riposte policy check [<x>…]"),
            (["help", "request"], "usage: riposte request"), (["request", "a", "--help"], "usage: riposte request"),
        ])
    func help(_ typed: [String], _ expected: String) async {
        #expect(await run(typed) == .done)
        #expect(output.items.joined().contains(expected))
        #expect(errors.count == 0)
    }

    @Test(
        "a mistake ends with 64 and says on standard error what it is",
        arguments: [
            ([], "no command"), (["wacht"], "unknown command 'wacht'"), (["policy"], "'policy' needs a command"),
            (["policy", "chekc"], "unknown command 'policy chekc'"), (["request", "--wait"], "unknown option --wait"),
            (["policy", "test", "x"], "unexpected argument 'x'"), (["--wait"], "unknown command '--wait'"),
        ])
    func mistakes(_ typed: [String], _ expected: String) async {
        #expect(await run(typed) == .usage)
        #expect(errors.items.joined().contains(expected))
        #expect(output.count == 0)
    }

    @Test("an error is printed, and gives its own code")
    func errorCode() async {
        #expect(await run(["policy", "test"]) == .unavailable)
        #expect(errors.items == ["riposte: kafka is away: no broker\n"])
    }

    @Test(
        "a program may do something of its own without a command",
        arguments: [(["a"], #"ran ["a"]"#), ([], "ran []"), (["policy", "check"], "checked []")])
    func own(_ typed: [String], _ printed: String) async {
        _ = await run(typed, own: true)
        #expect(output.items.joined() == printed)
    }
}
