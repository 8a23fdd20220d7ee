import Runtime
import Testing

@testable import Runtime

@Suite("Arguments of commands")
struct CommandParserTests {
    private static let command = Command(
        "request", summary: "Publishes a request.", arguments: [.required("malop"), .optional("note")],
        options: [
            .flag("wait", "w", help: "Follow it."), .value("file", "PATH", "f", help: "Its body."),
            .value("limit", "N", help: "How many."),
        ]
    ) { _, _ in .done }

    private func parse(_ typed: [String]) -> String {
        do {
            let arguments = try Self.command.parse(typed)
            let parts = [
                arguments.flag("wait") ? "wait" : nil,
                arguments.values("file").isEmpty ? nil : "file=\(arguments.values("file"))",
                "\(arguments.positional)",
            ]
            return parts.compactMap { $0 }.joined(separator: " ")
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "options in all their forms, arguments, and mistakes",
        arguments: [
            (["m"], #"["m"]"#), (["m", "--wait"], #"wait ["m"]"#), (["-w", "m", "n"], #"wait ["m", "n"]"#),
            (["--file", "a", "m"], #"file=["a"] ["m"]"#), (["--file=a", "m"], #"file=["a"] ["m"]"#),
            (["--file=", "m"], #"file=[""] ["m"]"#), (["--file=a=b", "m"], #"file=["a=b"] ["m"]"#),
            (["-f", "a", "m"], #"file=["a"] ["m"]"#), (["-fa", "m"], #"file=["a"] ["m"]"#),
            (["--file", "a", "--file", "b", "m"], #"file=["a", "b"] ["m"]"#),
            (["--file", "--wait", "m"], #"file=["--wait"] ["m"]"#), (["-"], #"["-"]"#),
            (["--", "--wait"], #"["--wait"]"#), (["m", "--", "--"], #"["m", "--"]"#),
            ([], "<malop> is missing"), (["m", "n", "o"], "unexpected argument 'o'"),
            (["m", "--wiat"], "unknown option --wiat"), (["m", "-x"], "unknown option -x"),
            (["m", "--wait=yes"], "--wait takes no value"), (["m", "-wf"], "--wait takes no value"),
            (["m", "--file"], "--file needs a value: <PATH>"), (["--=x"], "unknown option --"),
        ])
    func forms(_ typed: [String], _ expected: String) {
        #expect(parse(typed) == expected)
    }

    @Test("any number of arguments where the command takes the rest")
    func rest() throws {
        let command = Command("x", summary: "", arguments: [.required("first"), .rest("others")]) { _, _ in .done }
        #expect(try command.parse(["a", "b", "c"]).positional == ["a", "b", "c"])
        #expect(try command.parse(["a"]).positional == ["a"])
        #expect(throws: UsageError("<first> is missing")) { try command.parse([]) }
    }

    @Test("a value is read as the type of a setting")
    func typed() throws {
        let arguments = try Self.command.parse(["m", "--limit=5", "--limit=7"])
        #expect(try arguments.value("limit", .int(in: 1...10)) == 7)
        #expect(try arguments.value("file", .path) == nil)
        #expect(throws: UsageError("--limit: '7' is not allowed. Allowed: a whole number, 1 to 3")) {
            try arguments.value("limit", .int(in: 1...3))
        }
    }

    @Test("the help of a command shows its arguments and options")
    func help() {
        #expect(
            Self.command.help(program: "riposte").hasPrefix(
                """
                usage: riposte request [options] <malop> [<note>]

                Publishes a request.

                Options:
                  -w, --wait
                          Follow it.
                  -f, --file <PATH>
                          Its body.
                      --limit <N>
                          How many.

                Environment:

                  LOG_LEVEL
                """))
    }
}
