import Cybereason
import Model

/// What follows from the console's answer to an isolation command. There is nothing to follow it with at the console, so
/// what is clear ends the request at once; what is not is found out by how the machines are.
extension RequestCourse {
    /// What to write about the outcome of an attempt, of whichever kind; see the other.
    mutating func outcome(
        _ outcome: ConsoleOutcome, of attempt: Int, isDoubted: Bool = false, at now: ContinuousClock.Instant
    ) -> FactDraft {
        switch outcome {
        case .remediation(let outcome): return self.outcome(outcome, of: attempt, isDoubted: isDoubted, at: now)
        case .isolation(.answered(let words), let order):
            return IsolationAnswer(words, to: order).draft(of: attempt, isDoubted: isDoubted)
        case .isolation(.refused(let refusal), _):
            return self.outcome(.refused(refusal), of: attempt, isDoubted: isDoubted, at: now)
        case .isolation(.notSent(let reason), _):
            return self.outcome(.notSent(reason), of: attempt, isDoubted: isDoubted, at: now)
        case .isolation(.mayHaveRun(let reason), _):
            return self.outcome(.mayHaveRun(reason), of: attempt, isDoubted: isDoubted, at: now)
        }
    }
}

/// The console's words for the machines of an isolation command.
struct IsolationAnswer: Sendable, Equatable {
    /// Each machine with what the console's word for it means.
    let actions: [ActionResult]

    init(_ words: [String: IsolationResult], to order: IsolationOrder) {
        actions = order.machines.map { machine in
            let word = words[machine.pylumID]
            var action = ActionResult(machine.target, state: word.map(ActionState.init) ?? .pending)
            action.platformStatus = word?.rawValue
            return action
        }
    }

    /// The fact that it makes.
    ///
    /// - Parameter isDoubted: Whether an attempt before this one may yet be carried out: then no failure ends the request.
    func draft(of attempt: Int, isDoubted: Bool) -> FactDraft {
        var draft: FactDraft
        if actions.contains(where: { $0.state == .pending }) {
            draft = FactDraft(.uncertain, attempt: attempt, .isolationPending, words)
        } else if actions.allSatisfy({ $0.state == .succeeded }) {
            draft = .ended(.succeeded, .completed, words)
        } else if isDoubted {
            return .parked(attempt: attempt, instead: words)
        } else {
            let isPartial = actions.contains { $0.state == .succeeded }
            draft = .ended(isPartial ? .partial : .failed, .isolationFailed, words)
        }
        draft.attempt = attempt
        draft.actions = actions
        return draft
    }

    /// What the console said, machine by machine.
    private var words: String {
        let said = actions.map { "\($0.machineId): \($0.platformStatus ?? "nothing")" }.joined(separator: ", ")
        let isPrimed = actions.contains { $0.platformStatus == IsolationResult.primed.rawValue }
        let meaning = isPrimed ? "; what is Primed is carried out when the sensor is back" : ""
        return "the console answered for \(said)\(meaning)"
    }
}

extension ActionState {
    /// What the console's word for a sensor means. The ones that say that nothing was done are the vendor's own list; any
    /// other word leaves it open, for the command may be carried out later.
    fileprivate init(_ word: IsolationResult) {
        self =
            switch word {
            case .succeeded: .succeeded
            case _ where word.isFailure: .failed
            default: .pending
            }
    }
}
