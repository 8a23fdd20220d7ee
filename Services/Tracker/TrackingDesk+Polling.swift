internal import Cybereason
internal import Model
internal import Pipeline

/// Asking the console.
extension TrackingDesk {
    /// Asks what is due, as much as may be asked at the same time, and sets the timer for the next time.
    func askConsole() {
        guard !isEnding else { return }
        startPolls()
        startLooks()
        startLatePolls()
        timer?.cancel()
        timer = nil
        guard let due = nextDue else { return }
        timer = Task { [clock, pollSignal] in
            guard (try? await clock.sleep(until: due, tolerance: nil)) != nil else { return }
            pollSignal.raise()
        }
    }

    /// Nobody waits for the time of what has to wait for others first.
    private var nextDue: Time.Instant? {
        let polls = polling.count < settings.concurrency ? schedule.nextDue : nil
        let others = looking.count < Self.looksAtOnce ? [looks.nextDue, latePolls.nextDue] : []
        return (others + [polls]).compactMap(\.self).min()
    }

    private func startPolls() {
        for id in schedule.takeDue(now: clock.now, atMost: settings.concurrency - polling.count) {
            lastTicket += 1
            let ticket = lastTicket
            polling[ticket] = Task {
                await poll(id)
                polling[ticket] = nil
                pollSignal.raise()
            }
        }
    }

    private func poll(_ id: String) async {
        guard let request = tracked[id] else { return schedule.remove(id) }
        let answer: Result<RemediationReport?, ConsoleError>
        do throws(ConsoleError) {
            answer = .success(try await console.progress(of: request.remediation))
        } catch {
            answer = .failure(error)
        }
        // The request may have ended, or gone to another instance, while the console was thinking.
        guard !isEnding, tracked[id] != nil else { return }
        switch answer {
        case .success(let report): await take(report, id)
        case .failure(let error): await take(error, id)
        }
    }

    private func take(_ report: RemediationReport?, _ id: String) async {
        guard var request = tracked[id] else { return }
        let before = request
        observation.answered(request, known: report != nil)
        let step = request.reported(report, now: now())
        tracked[id] = request
        if request.progress.strays.count > before.progress.strays.count {
            observation.found(strays: request.progress.strays, in: request)
        }
        let isChanged = request.progress != before.progress
        if isChanged {
            unwritten.insert(id)
            writeSignal.raise()
        }
        let pause = await carryOut(step, id)
        again(id, changed: isChanged, notBefore: pause)
    }

    private func take(_ error: ConsoleError, _ id: String) async {
        guard let request = tracked[id] else { return }
        observation.failed(request, error)
        _ = await carryOut(request.unanswered(error.description, now: now()), id)
        again(id, changed: false, notBefore: error.retryAfter)
    }

    private func again(_ id: String, changed: Bool, notBefore wait: Duration? = nil) {
        var generator = SystemRandomNumberGenerator()
        schedule.asked(id, changed: changed, notBefore: wait, now: clock.now, using: &generator)
    }

    /// Returns how long the console is to be left alone, if it says so.
    private func carryOut(_ step: TrackedRequest.Step, _ id: String) async -> Duration? {
        switch step {
        case .wait: return nil
        case .end(let end):
            await finish(id, end)
            return nil
        case .abort:
            guard let request = tracked[id] else { return nil }
            let outcome = await console.abort(request.remediation)
            guard !isEnding, var request = tracked[id] else { return nil }
            observation.aborted(request, outcome)
            let next = request.abortAnswered(outcome)
            tracked[id] = request
            if case .end(let end) = next { await finish(id, end) }
            return outcome.retryAfter
        }
    }

    /// Writes an end to the ledger, where the first one counts, be it another instance's. The result follows from what
    /// the ledger then says.
    private func finish(_ id: String, _ end: RequestEnd) async {
        guard let request = tracked[id] else { return }
        var fact = ledger.fact(.ended, of: id)
        fact.state = end.state
        fact.reason = end.reason
        fact.detail = end.detail
        fact.actions = end.actions.fitting()
        ending += 1
        defer {
            ending -= 1
            noteIdle()
        }
        do {
            let judgement = try await ledger.append(fact)
            observation.ended(request, end, judgement)
            guard ownership.owns(id) else { return }
            take(id)
            follows()
            writeSignal.raise()
        } catch {
            observation.endNotWritten(request, error)
        }
    }
}

extension RemediationOutcome {
    /// How long the console, or the client's protection of it, asks to be left alone.
    var retryAfter: Duration? {
        guard case .notSent(let reason) = self else { return nil }
        return reason.retryAfter
    }
}
