import Kafka
import Runtime
import Testing

@testable import Riposte

/// What the command line makes of its arguments.
@Suite struct CommandTableTests {
    @Test(
        "every command explains itself, with an example",
        arguments: [
            ["sandbox"], ["request"], ["watch"], ["halt"], ["resume"], ["approve"], ["deny"], ["resolve"],
            ["undo"], ["topics", "apply"], ["topics", "check"], ["topics", "acls"], ["policy", "check"],
            ["dead-letters", "list"],
            ["dead-letters", "show"],
            ["dead-letters", "replay"], ["doctor"],
        ])
    func help(_ words: [String]) async {
        let run = CommandRun()
        #expect(await Riposte.program.run(words + ["--help"], run.context) == .done)
        #expect(run.output.hasPrefix("usage: riposte \(words.joined(separator: " "))"))
        #expect(run.output.contains("Example"))
        #expect(run.errors.isEmpty)
    }

    @Test("the overview names exactly the commands that there are") func overview() async {
        let run = CommandRun()
        #expect(await run.run("--help") == .done)
        let listed = run.lines.prefix { !$0.hasPrefix("'riposte help") }
        let named = listed.filter { $0.hasPrefix("  ") }.map { $0.split(separator: "  ").first.map(String.init) }
        #expect(
            named == [
                "sandbox", "request", "watch", "halt", "resume", "approve", "deny", "resolve", "undo",
                "dead-letters list", "dead-letters show", "dead-letters replay", "topics apply", "topics check",
                "topics acls",
                "policy check", "policy test", "doctor",
            ])
    }

    @Test(
        "help names the environment that is read",
        arguments: [
            (["--help"], ["KAFKA_BOOTSTRAP_SERVERS", "KAFKA_…", "TOPIC_PREFIX", "POLICY_FILE", "USER", "LOG_LEVEL"]),
            (
                ["halt", "--help"],
                ["KAFKA_BOOTSTRAP_SERVERS", "KAFKA_…", "TOPIC_PREFIX", "USER", "Default: 'riposte.'."]
            ),
            (["topics", "check", "--help"], ["KAFKA_BOOTSTRAP_SERVERS", "TOPIC_PREFIX"]),
            (["policy", "check", "--help"], ["POLICY_FILE"]),
        ])
    func environment(_ arguments: [String], _ keys: [String]) async {
        let run = CommandRun()
        #expect(await Riposte.program.run(arguments, run.context) == .done)
        let section = run.output.split(separator: "\n").drop { $0 != "Environment:" }.joined(separator: "\n")
        for key in keys { #expect(section.contains(key), "\(key)") }
    }

    @Test("the embedded broker, which has no administration, is not called away") func embedded() async throws {
        let cluster = try MockCluster(brokers: 1)
        let run = CommandRun(environment: ["KAFKA_BOOTSTRAP_SERVERS": cluster.bootstrapServers])
        #expect(await run.run("topics", "check") == .unavailable)
        #expect(run.errors.contains("no administration") && !run.errors.contains("is away"), "\(run.errors)")
        withExtendedLifetime(cluster) {}
    }

    @Test(
        "what makes no sense ends with 64 and says why",
        arguments: [
            (["dance"], "unknown command 'dance'"),
            (["halt"], "--reason is needed"),
            (["request"], "--machine is needed, or --body"),
            (["request", "--user", "u"], "--machine is needed, or --body"),
            (["request", "--user", "u", "--machine", "m"], "--action is needed, or --body"),
            (["request", "--user", "u", "--timeout", "5"], "--timeout is for --wait"),
            (["request", "--body", "x.json", "--machine", "m"], "--machine and --body"),
            (["request", "--wait", "--timeout", "soon"], "as 90s, 15m or 2h"),
            (["request", "--body", "/nowhere/x.json"], "/nowhere/x.json cannot be read"),
            (["topics", "apply", "--partitions", "0"], "a whole number, 1 to 10000"),
            (["topics"], "'topics' needs a command"),
            (["policy", "check"], "FILE is needed"),
            (["approve"], "<request> is missing, or --list"),
            (["approve", "--json", "r"], "--json is for --list"),
            (["approve", "--list", "r"], "leave out the id"),
            (["deny"], "<request> is missing"),
            (["watch", "everything"], "unexpected argument 'everything'"),
        ] as [([String], String)])
    func usage(_ arguments: [String], _ words: String) async {
        let run = CommandRun()
        #expect(await Riposte.program.run(arguments, run.context) == .usage)
        #expect(run.errors.contains(words), "\(run.errors)")
        #expect(run.output.isEmpty)
    }

    @Test(
        "without the address of Kafka a command ends with 78 and names the key",
        arguments: [
            ["watch"], ["halt", "--reason", "x", "--by", "y"], ["topics", "check"], ["topics", "apply"], ["doctor"],
        ])
    func configuration(_ arguments: [String]) async {
        let run = CommandRun()
        #expect(await Riposte.program.run(arguments, run.context) == .configuration)
        #expect(run.errors.contains("KAFKA_BOOTSTRAP_SERVERS"))
    }

    @Test(
        "while Kafka is away a command ends with 75",
        arguments: [
            ["watch"], ["halt", "--reason", "x", "--by", "y"], ["dead-letters", "list"],
            ["dead-letters", "replay", "--all"], ["approve", "--list"], ["deny", "r"],
            ["request", "--user", "u", "--machine", "m", "--action", "KILL_PROCESS:t", "--wait"],
        ])
    func away(_ arguments: [String]) async {
        let run = CommandRun(environment: ["KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"])
        #expect(await Riposte.program.run(arguments, run.context) == .unavailable)
        #expect(run.errors.contains("kafka is away: 127.0.0.1:1 (KAFKA_BOOTSTRAP_SERVERS)"))
        #expect(run.output.isEmpty)
    }

    @Test("a policy with mistakes ends with 78 and names each with its line") func policy() async throws {
        let file = try TemporaryFile("rules:\n  - name: x\n    when: {verdict: [bad]}\n    actions: [SING]\n")
        let run = CommandRun()
        #expect(await run.run("policy", "check", file.path) == .configuration)
        #expect(run.errors.split(separator: "\n").allSatisfy { $0.hasPrefix(file.path + ":") })
        #expect(run.errors.contains("\(file.path):3:") && run.errors.contains("\(file.path):4:"))
        let right = try TemporaryFile("mode: enforce\nrules: []\n")
        #expect(await run.run("policy", "check", right.path) == .done)
        #expect(run.output.contains("0 rules, 0 groups, 0 entries for requesters, 0 keys; digest "))
    }
}
