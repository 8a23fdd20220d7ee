import Model
import Runtime
import Synchronization

/// Decides what is parked as a person does: looks into the console, and says whether the remediation is there.
struct PersonOnCall: Sendable {
    let progress: Progress
    let console: Console
    let simulator: String
    let settings: ChaosSettings
    let options: ChaosOptions

    struct Decided: Sendable {
        var adopted = 0
        var givenUp = 0
        var failed: [String] = []
    }

    /// What is to be said of one request.
    private struct Decision: Sendable {
        let id: String
        /// The remediation that is there; nil if none is.
        let found: String?
    }

    /// Decides every request that is parked now, a few at the same time.
    func decide() async throws -> Decided {
        var decided = Decided()
        var rest = try await look()[...]
        while !rest.isEmpty {
            let some = rest.prefix(4)
            rest = rest.dropFirst(4)
            let failures = await withTaskGroup(of: (Decision, String?).self) { group in
                for decision in some { group.addTask { (decision, await tell(decision)) } }
                return await group.reduce(into: [(Decision, String?)]()) { $0.append($1) }
            }
            for (decision, failure) in failures {
                if let failure {
                    decided.failed.append("\(decision.id): \(failure)")
                } else if decision.found != nil {
                    decided.adopted += 1
                } else {
                    decided.givenUp += 1
                }
            }
        }
        return decided
    }

    /// Looks into the console for each parked request. What belongs to another is not taken twice.
    private func look() async throws -> [Decision] {
        var taken = progress.remediations
        let journal = try await console.journal(of: simulator).filter { $0.kind == "remediate" }
        return progress.parked.map { id, standing in
            let found = journal.first { entry in
                entry.malop == standing.malop && entry.actions == standing.actions
                    && !taken.contains(entry.remediation)
            }
            if let found { taken.insert(found.remediation) }
            return Decision(id: id, found: found?.remediation)
        }
    }

    /// Runs the command; why it has failed, if it has.
    private func tell(_ decision: Decision) async -> String? {
        let verb = decision.found.map { ["--adopt", $0] } ?? ["--give-up"]
        let said = Mutex<[String]>([])
        do {
            let code = try await CommandRun.riposte(
                ["resolve", decision.id] + verb + ["--reason", "looked into the console's journal"], settings, options
            ) { line in said.withLock { $0.append(line) } }
            return code == .exited(0) ? nil : "\(code), \(said.withLock { $0.last } ?? "")"
        } catch {
            return "\(error)"
        }
    }
}

extension JournalEntry {
    /// An action, as ``actions`` has it.
    static func name(of target: ActionTarget) -> String {
        "\(target.machineId) \(target.targetId) \(target.actionType.rawValue)"
    }
}
