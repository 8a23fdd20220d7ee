internal import Cybereason

/// What a new query has shown of processes, files and machines.
struct Evidence: Sendable {
    /// What came of asking for one kind of element.
    enum Answer<Element: Sendable & Equatable>: Sendable {
        case states(ElementStates<Element>)
        case failure(ConsoleError)
    }

    var processes = Answer.states(ElementStates<ProcessState>(found: [:], completeness: .whole))
    var files = Answer.states(ElementStates<FileState>(found: [:], completeness: .whole))
    var machines = Answer.states(ElementStates<MachineState>(found: [:], completeness: .whole))

    /// The quarantined copies that were looked for, by the file; what is not among them was not, or not answered for.
    var copies: [String: QuarantineSearch] = [:]

    /// Why the console did not tell of copies, if it did not.
    var copiesFailure: ConsoleError?

    /// What is to be asked for, each once.
    struct Questions: Sendable, Equatable {
        var processes: Set<String> = []
        var files: Set<String> = []
        var machines: Set<String> = []

        var isEmpty: Bool { processes.isEmpty && files.isEmpty && machines.isEmpty }

        /// The most ids of one kind.
        var count: Int { max(processes.count, files.count, machines.count) }

        mutating func formUnion(_ other: Questions) {
            processes.formUnion(other.processes)
            files.formUnion(other.files)
            machines.formUnion(other.machines)
        }
    }

    /// Asks for these elements.
    static func gather(_ questions: Questions, from console: some RemediationConsole) async -> Self {
        var evidence = Evidence()
        if !questions.processes.isEmpty {
            evidence.processes = await Answer { () async throws(ConsoleError) in
                try await console.processes(questions.processes.sorted())
            }
        }
        if !questions.files.isEmpty {
            evidence.files = await Answer { () async throws(ConsoleError) in
                try await console.files(questions.files.sorted())
            }
        }
        if !questions.machines.isEmpty {
            evidence.machines = await Answer { () async throws(ConsoleError) in
                try await console.machines(questions.machines.sorted())
            }
        }
        return evidence
    }

    /// Looks for the quarantined copies of these files.
    mutating func find(copiesOf files: Set<String>, from console: some RemediationConsole) async {
        guard !files.isEmpty else { return }
        do throws(ConsoleError) {
            copies = try await console.quarantinedCopies(of: files.sorted())
        } catch {
            copiesFailure = error
        }
    }

    /// Why the console did not answer, if it did not.
    var failure: ConsoleError? { processes.error ?? files.error ?? machines.error ?? copiesFailure }

    /// Whether one of the ids may have kept the console from answering for all of them.
    var mayBeSpoilt: Bool { processes.mayBeSpoilt || files.mayBeSpoilt || machines.mayBeSpoilt }
}

extension Evidence.Answer {
    fileprivate init(_ ask: () async throws(ConsoleError) -> ElementStates<Element>) async {
        do throws(ConsoleError) {
            self = .states(try await ask())
        } catch {
            self = .failure(error)
        }
    }

    fileprivate var error: ConsoleError? {
        guard case .failure(let error) = self else { return nil }
        return error
    }

    fileprivate var mayBeSpoilt: Bool {
        switch self {
        case .failure(let error): error.isAboutTheQuestion
        case .states(let states):
            if case .partial(let reason) = states.completeness {
                states.found.isEmpty && reason.kind == .failure
            } else {
                false
            }
        }
    }

    /// What is shown of one element. One that is missing from a whole answer is not clear: it was there when the action
    /// was asked for. From an answer that is not whole it was not looked for.
    func finding(of id: String, _ judge: (Element) -> Claim.Finding) -> Claim.Finding {
        switch self {
        case .states(let states):
            states[id].map(judge) ?? (states.completeness == .whole ? .unclear : .unanswered)
        // What cannot be asked for, or is refused for itself, never will be answered.
        case .failure(let error): error.isAboutTheQuestion ? .unclear : .unanswered
        }
    }
}

extension ConsoleError {
    /// Whether it says something of what was asked for, and nothing of the console.
    var isAboutTheQuestion: Bool { kind == .invalidArgument || kind == .rejected }
}
