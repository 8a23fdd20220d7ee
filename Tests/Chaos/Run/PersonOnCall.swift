import JSON
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
    /// What was asked, by the request's id.
    let asked: [String: RemediationRequest]

    struct Decided: Sendable {
        var adopted = 0
        var givenUp = 0
        var failed: [String] = []
    }

    /// Decides every request that is parked now.
    func decide() async throws -> Decided {
        var decided = Decided()
        var taken = progress.remediations
        let journal = try await console.journal(of: simulator).filter { $0.kind == "remediate" }
        for id in progress.ids(in: .parked) {
            let found = asked[id].flatMap { request in
                journal.first { !taken.contains($0.remediation) && $0.isOf(request) }
            }
            let verb = found.map { ["--adopt", $0.remediation] } ?? ["--give-up"]
            let said = Mutex<[String]>([])
            let code = try await CommandRun.riposte(
                ["resolve", id] + verb + ["--reason", "looked into the console's journal"], settings, options
            ) { line in said.withLock { $0.append(line) } }
            guard code == .exited(0) else {
                decided.failed.append("\(id): \(code), \(said.withLock { $0.first } ?? "")")
                // The command is not there, or does not work: the next would fail in the same way.
                if code == .exited(64) { return decided }
                continue
            }
            if let found {
                taken.insert(found.remediation)
                decided.adopted += 1
            } else {
                decided.givenUp += 1
            }
        }
        return decided
    }
}

extension JournalEntry {
    /// Whether it is what a request asks for.
    func isOf(_ request: RemediationRequest) -> Bool {
        malop == request.malopId
            && actions == Set(request.targets.map { "\($0.machineId) \($0.targetId) \($0.actionType.rawValue)" })
    }
}
