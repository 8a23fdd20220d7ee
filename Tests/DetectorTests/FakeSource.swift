import Cybereason
import JSON
import Model
import Synchronization

@testable import Detector

/// A console that answers what the test says.
final class FakeSource: MalopSource {
    private struct State {
        var answers: [Result<FailedProtectionAnswer, ConsoleError>] = []
        var details: [String: Result<MalopDetails, ConsoleError>] = [:]
        var lookedUp: [String] = []
        var polls = 0
    }

    private let state = Mutex(State())

    /// The malops whose details were asked for, in order.
    var lookedUp: [String] { state.withLock { $0.lookedUp } }

    /// How often it was asked for malops.
    var polls: Int { state.withLock { $0.polls } }

    /// Answers the next polls with these, the last one for ever.
    func answer(_ answers: Result<FailedProtectionAnswer, ConsoleError>...) {
        state.withLock { $0.answers = answers }
    }

    /// Gives a malop these details.
    func know(_ malopID: String, _ details: Result<MalopDetails, ConsoleError>) {
        state.withLock { $0.details[malopID] = details }
    }

    func failedProtections() async throws(ConsoleError) -> FailedProtectionAnswer {
        let next = state.withLock { state in
            state.polls += 1
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers.first
        }
        return try (next ?? .failure(ConsoleError(.unavailable, "no answer prepared"))).get()
    }

    func details(of malopID: String) async throws(ConsoleError) -> MalopDetails {
        let details = state.withLock { state in
            state.lookedUp.append(malopID)
            return state.details[malopID]
        }
        return try (details ?? .failure(ConsoleError(.notFound, "no such malop"))).get()
    }
}

extension FailedProtectionAnswer {
    /// An answer with a row for each malop.
    static func rows(_ malopIDs: String..., completeness: Completeness = .whole) -> FailedProtectionAnswer {
        let rows = malopIDs.map { FailedProtectionRow(malopID: $0, decisionStatuses: ["DDS_FAILED_TO_PREVENT"]) }
        return FailedProtectionAnswer(rows: rows, completeness: completeness)
    }
}

extension MalopDetails {
    /// Details with one suspect process for each target.
    static func with(_ malopID: String, targets: String..., updatedAt: Timestamp? = nil) -> MalopDetails {
        var details = MalopDetails(malopID: malopID, source: .detectionDetails)
        details.lastUpdateTime = updatedAt
        details.machines = [MachineState(guid: "machine-1", name: "FIN-LAPTOP-7", isConnected: true)]
        details.suspects = targets.map { target in
            var suspect = Cybereason.Suspect(guid: target, kind: .process)
            suspect.machineID = "machine-1"
            suspect.sha1 = "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"
            suspect.decisionStatus = "DDS_FAILED_TO_PREVENT"
            return suspect
        }
        return details
    }
}
