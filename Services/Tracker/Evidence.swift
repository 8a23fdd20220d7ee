internal import Cybereason

/// What a new query has shown of processes and files.
struct Evidence: Sendable {
    /// What came of asking for one kind of element.
    enum Answer<Element: Sendable & Equatable>: Sendable {
        case states(ElementStates<Element>)
        case failure(ConsoleError)
    }

    var processes = Answer.states(ElementStates<ProcessState>(found: [:], completeness: .whole))
    var files = Answer.states(ElementStates<FileState>(found: [:], completeness: .whole))

    /// Asks for these elements, each once.
    static func gather(
        processes: Set<String>, files: Set<String>, from console: some RemediationConsole
    ) async -> Self {
        var evidence = Evidence()
        if !processes.isEmpty {
            do throws(ConsoleError) {
                evidence.processes = .states(try await console.processes(processes.sorted()))
            } catch {
                evidence.processes = .failure(error)
            }
        }
        if !files.isEmpty {
            do throws(ConsoleError) {
                evidence.files = .states(try await console.files(files.sorted()))
            } catch {
                evidence.files = .failure(error)
            }
        }
        return evidence
    }

    /// Why the console did not answer, if it did not.
    var failure: ConsoleError? { processes.error ?? files.error }

    /// Whether one of the ids may have kept the console from answering for all of them.
    var mayBeSpoilt: Bool { processes.mayBeSpoilt || files.mayBeSpoilt }
}

extension Evidence.Answer {
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
