internal import Model

/// How far a request may go.
extension JudgedRequest {
    /// A mode with who asks for it.
    struct Voice {
        let mode: ResponseMode
        let words: String
    }

    /// The strictest of all that have a say; of equals the first.
    var mode: Voice {
        var voices = machines.flatMap(voices)
        if machines.isEmpty {
            voices.append(Voice(mode: policy.mode, words: "the policy's mode is \(policy.mode.rawValue)"))
        }
        if let (rule, place) = requesterRule, let mode = rule.mode {
            let who = asked.requester.map { "requester '\($0)'" } ?? "a requester without a name"
            voices.append(Voice(mode: mode, words: "\(who) has mode \(mode.rawValue) (\(place))"))
        }
        if let key, let mode = key.mode {
            voices.append(Voice(mode: mode, words: "key '\(key.id)' has mode \(mode.rawValue)"))
        }
        if let mode = asked.mode {
            voices.append(Voice(mode: mode, words: "the request itself asks for mode \(mode.rawValue)"))
        }
        // `min` gives the first of equals.
        return voices.min { $0.mode < $1.mode } ?? Voice(mode: .observe, words: "nothing says more")
    }

    /// Every group that the machine may belong to, and the policy itself where none surely decides.
    private func voices(on machine: JudgedMachine) -> [Voice] {
        let modes = machine.memberships.compactMap { membership in
            membership.group.mode.map { (membership, $0) }
        }
        var voices = modes.map { membership, mode in
            Voice(mode: mode, words: machine.words(of: membership, "which has mode \(mode.rawValue)"))
        }
        if !modes.contains(where: \.0.isSure) {
            let words =
                "the policy's mode is \(policy.mode.rawValue), and no group with a mode surely has \(machine.words)"
            voices.append(Voice(mode: policy.mode, words: words))
        }
        return voices
    }
}
