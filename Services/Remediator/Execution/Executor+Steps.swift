import Cybereason
import Kafka
import Model
import Pipeline
import Runtime

/// The steps that are not the sending itself.
extension Executor {
    /// How long to wait before looking again at a request whose fact did not count, or could not be written.
    private static let pause = Duration.milliseconds(250)
    private static let longestPause = Duration.seconds(10)

    /// Appends a fact. One that is void has lost against another in the log, which is no failure.
    func write(_ draft: FactDraft, _ request: LedgerRequest) async {
        do {
            guard try await append(draft, request).counts else {
                courses[request.id]?.rejected(draft, at: .now)
                return await pause(after: request)
            }
            setbacks[request.id] = nil
        } catch {
            logger.error(
                "the ledger cannot be written", [.requestID: .string(request.id), .error: .string("\(error)")])
            await pause(after: request)
        }
    }

    func append(_ draft: FactDraft, _ request: LedgerRequest) async throws(KafkaError) -> Ledger.Judgement {
        let fact = draft.complete(ledger.fact(draft.kind, of: request.id))
        let judgement = try await ledger.append(fact)
        report(draft, judgement, request)
        return judgement
    }

    func pause() async { try? await Task.sleep(for: Self.pause) }

    /// Waits the longer the more often in a row a fact of the request came to nothing: what is refused once may be refused
    /// for ever.
    private func pause(after request: LedgerRequest) async {
        let backoff = Pipeline.Backoff(base: Self.pause, limit: Self.longestPause)
        let wait = setbacks[request.id, default: backoff].next()
        try? await Task.sleep(for: wait)
    }

    /// Looks for a request of unknown fate in the console's list.
    func lookUp(_ malop: String, _ entry: LedgerLog.Entry) async {
        let id = entry.request.id
        let result: Result<[RemediationReport], ConsoleError>
        do throws(ConsoleError) {
            result = .success(try await console.remediations(of: malop))
        } catch {
            result = .failure(error)
        }
        let rule = AdoptionRule(entry.request, user: console.user) { [ledger] id in
            ledger.owner(ofRemediation: id).flatMap { ledger.entry($0)?.request.request.targets }
        }
        courses[id]?.looked(result, rule, for: entry.request, at: .now)
        reportSearch(entry.request)
    }

    /// Looks at the targets of a request of unknown fate that names no malop.
    func see(_ targets: [ActionTarget], _ entry: LedgerLog.Entry) async {
        let result: Result<Set<ActionTarget>, ConsoleError>
        do throws(ConsoleError) {
            result = .success(try await console.effects(of: targets))
        } catch {
            result = .failure(error)
        }
        courses[entry.request.id]?.saw(result, for: entry.request, at: .now)
        reportSearch(entry.request)
    }

    /// Asks what targets are called and which machines they are on.
    func identify(_ targets: [ActionTarget], _ request: LedgerRequest) async {
        let result: Result<[String: TargetFacts], ConsoleError>
        do throws(ConsoleError) {
            result = .success(try await console.facts(of: targets))
        } catch {
            result = .failure(error)
        }
        courses[request.id]?.identified(result, at: .now)
    }

    private func reportSearch(_ request: LedgerRequest) {
        guard let search = courses[request.id]?.search else { return }
        logger.info(
            "looked for a request of unknown fate",
            metadata(request).merging([
                .attempt: .int(search.attempt), .remediationID: .string(search.found?.remediationID ?? ""),
                "effect": .bool(search.isSeenByEffect), "words": .string(search.words ?? ""),
            ]))
    }

    /// Asks for the machines that are wanted, unless an answer is awaited already.
    func askForMachines() {
        guard let query = machines.nextQuery() else { return }
        start { executor in
            let result: Result<ElementStates<MachineState>, ConsoleError>
            do throws(ConsoleError) {
                result = .success(try await executor.console.machines(query))
            } catch {
                result = .failure(error)
                executor.logger.warning(
                    "the console does not say how machines are",
                    [.count: .int(query.count), .error: .string(error.description)])
            }
            executor.machines.take(result, to: query, at: .now)
            executor.machines.forget(before: .now - .seconds(600))
            executor.look(at: executor.asking.askers(of: query))
        }
    }

    // MARK: - Telling

    func report(_ draft: FactDraft, _ judgement: Ledger.Judgement, _ request: LedgerRequest) {
        if case .overCap(let excess) = judgement {
            return logger.info(
                "the intent is over a cap where it stands in the log: nothing is sent",
                metadata(request).merging([
                    .attempt: .int(draft.attempt), .reason: .string(excess.reason.rawValue),
                    "detail": .string(excess.words),
                ]))
        }
        guard judgement == .allowed else {
            return logger.info(
                "fact is void where it stands in the log",
                metadata(request).merging(["fact": .string(draft.kind.rawValue), .reason: .string("\(judgement)")]))
        }
        if let state = draft.endState { metrics.ended(state, draft.reason) }
        if draft.kind == .held { metrics.held(draft.reason) }
        let level: LogLevel = draft.kind == .uncertain || draft.kind == .parked ? .warning : .info
        logger.log(
            level, "request has a new fact",
            metadata(request).merging([
                "fact": .string(draft.kind.rawValue), .attempt: .int(draft.attempt),
                .state: .string(draft.endState?.rawValue ?? ""), .reason: .string(draft.reason?.rawValue ?? ""),
                "detail": .string(draft.detail ?? ""), .remediationID: .string(draft.remediationID ?? ""),
            ]))
    }

    func metadata(_ request: LedgerRequest) -> LogMetadata {
        let targets = request.request.targets
        return [
            .requestID: .string(request.id), .malopID: .string(request.request.malopId ?? ""),
            .machineID: .strings(Set(targets.map(\.machineId)).sorted()),
            "actions": .strings(targets.map(\.description)),
        ]
    }
}
