import FoundationEssentials
import JSON
import Runtime
import Synchronization

/// What the judge says.
struct Verdict: Sendable {
    var parked = 0
    var violations = 0
}

/// Runs the judge, which reads topics and journal itself and shares no code with us.
struct Judge: Sendable {
    private let run: ChaosRun
    private let settings: ChaosSettings
    private let simulator: String

    init(_ run: ChaosRun, _ settings: ChaosSettings, _ simulator: String) {
        self.run = run
        self.settings = settings
        self.simulator = simulator
    }

    func verdict() async -> Verdict {
        let found = Mutex<Verdict?>(nil)
        do {
            let lines = run.published.withLock { $0.joined(separator: "\n") } + "\n"
            let published = try run.files.write(Array(lines.utf8), to: "published.ndjson")
            let plan = ChaosPlan(run.options, begin: .now())
            let world = try run.files.write(plan.world.contents, to: "world.json")
            let guards = try run.files.write(plan.world.guards.told, to: "guards.json")
            let out = run.out
            let code = try await CommandRun.run(
                "/usr/bin/env",
                [
                    "python3", run.options.judge, "--bootstrap", settings.bootstrapServers, "--prefix",
                    settings.prefix, "--journal", "\(simulator)/_simulator/journal", "--published", published,
                    "--records", run.files.file("records"), "--window-ms", "\(ChaosTimes.window.wholeMilliseconds)",
                    "--world", world, "--guards", guards, "--told", told,
                ] + (run.options.keepsRecords ? ["--keep"] : []), environment
            ) { line in
                out.line(line)
                if let verdict = Self.verdict(in: line) { found.withLock { $0 = verdict } }
            }
            if let verdict = found.withLock({ $0 }), code == .exited(verdict.violations == 0 ? 0 : 1) {
                return verdict
            }
            run.tally.problem("the judge ended with \(code) and without a word that counts")
        } catch {
            run.tally.problem("the judge could not be asked: \(error)")
        }
        return Verdict()
    }

    /// What the judge cannot see: how much has befallen the run, and whether somebody was asked about what is parked.
    private var told: String {
        let numbers = run.tally.now
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("kills", numbers.kills)
            writer.field("plannedKills", run.options.kills)
            writer.field("stops", numbers.stops)
            writer.field("undecided", numbers.undecided)
            writer.key("faults")
            writer.array { writer in
                for fault in numbers.faults {
                    writer.object { writer in
                        writer.field("name", fault.name)
                        writer.field("struck", fault.struck)
                    }
                }
            }
        }
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    private var environment: [String: String] {
        var environment = run.options.environment.filter { $0.key == "PATH" || $0.key == "HOME" }
        let own = run.options.environment["PYTHONPATH"].map { [$0] } ?? []
        environment["PYTHONPATH"] = ([run.options.python] + own).joined(separator: ":")
        return environment
    }

    /// Its last line: `check: parked=… violations=…`.
    private static func verdict(in line: String) -> Verdict? {
        guard line.hasPrefix("check: parked=") else { return nil }
        var numbers: [String: Int] = [:]
        for word in line.split(separator: " ") {
            let parts = word.split(separator: "=")
            if parts.count == 2 { numbers[String(parts[0])] = Int(parts[1]) }
        }
        guard let parked = numbers["parked"], let violations = numbers["violations"] else { return nil }
        return Verdict(parked: parked, violations: violations)
    }
}
