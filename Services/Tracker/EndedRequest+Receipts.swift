internal import Cybereason
internal import Model

/// The copies that quarantines have left: only a copy's own id brings its file back, so it is looked for while the
/// quarantine is verified, and stands in the result as the receipt.
extension EndedRequest {
    /// What is known of a copy that is not found.
    struct MissingCopy: Sendable, Hashable {
        /// How often the console has answered that there is none.
        var looks = 0

        /// Why it is not looked for any more.
        var words: String?
    }

    /// How often a copy is looked for before it counts as not there. The verification waits for it, which it is not to do
    /// for long.
    static let looksForCopy = 5

    /// The quarantines that have succeeded and whose copies are not found yet.
    var lackingReceipts: [ActionTarget] {
        actions.filter { action in
            action.actionType == .quarantineFile && action.state == .succeeded && action.undo == nil
                && missingCopies[action.target]?.words == nil
        }.map(\.target)
    }

    /// Why quarantines have no receipt and will get none, for the log.
    var withoutReceipt: [String] {
        missingCopies.sorted { $0.key < $1.key }.compactMap { target, missing in
            missing.words.map { "\(target): \($0)" }
        }
    }

    /// Takes what was found of copies.
    mutating func takeCopies(_ evidence: Evidence) {
        if let error = evidence.copiesFailure {
            guard !error.isTransient, !error.refusesAccount, error.kind != .cancelled else { return }
            for target in lackingReceipts { miss(target, "the console does not show what is in quarantine: \(error)") }
            return
        }
        for target in lackingReceipts {
            switch evidence.copies[target.targetId] {
            case nil: continue
            case .found(let copy):
                guard let index = actions.firstIndex(where: { $0.target == target }) else { continue }
                actions[index].undo = UndoReceipt(.unquarantineFile, targetId: copy)
                missingCopies[target] = nil
            case .ambiguous(let copies):
                miss(target, "several copies may be it, or none: \(copies.prefix(5).joined(separator: ", "))")
            case .nothing:
                missingCopies[target, default: MissingCopy()].looks += 1
                guard missingCopies[target]?.looks ?? 0 >= Self.looksForCopy else { continue }
                miss(target, "the console shows no copy of it in quarantine")
            }
        }
    }

    private mutating func miss(_ target: ActionTarget, _ words: String) {
        missingCopies[target, default: MissingCopy()].words = words
    }
}
