internal import Cybereason
internal import Model
internal import Pipeline

/// What is done about a request after its end: what the console reported is verified, and what it reports later heard.
extension TrackingDesk {
    /// How many queries may run at the same time, and as many late polls.
    static var looksAtOnce: Int { 2 }

    /// The most ids that one query asks for, as far as they are of several requests.
    private static var idsPerLook: Int { 100 }

    /// Begins, or goes on where the results say that another instance stopped.
    func followUp(_ request: LedgerRequest) {
        let isAbortAnswered = tracked.removeValue(forKey: request.id)?.isAbortAnswered ?? false
        schedule.remove(request.id)
        guard ended[request.id] == nil else { return }
        let standing = book.standing(
            of: request.id, acceptedAt: request.acceptedAt, partition: ownership.partition(of: request.id))
        guard
            let new = EndedRequest(
                request, standing: standing, limits: settings.limits, isAbortAnswered: isAbortAnswered)
        else { return }
        guard !new.isSettled(now: now()) else { return }
        ended[new.id] = new
        plan(new)
    }

    /// Nothing more will be found out, or not by this instance.
    func leave(_ id: String) {
        ended[id] = nil
        looks.remove(id)
        latePolls.remove(id)
    }

    /// A result stands in the topic: of this tracker, or of another one, which may have found out more.
    func learned(_ id: String) {
        guard var request = ended[id] else {
            guard let known = ledger.entry(id)?.request, known.phase == .ended, ownership.owns(id) else { return }
            return followUp(known)
        }
        if let standing = standing(of: request) { request.learn(standing) }
        ended[id] = request
        plan(request)
    }

    private func standing(of request: EndedRequest) -> ResultBook.Standing? {
        book.standing(
            of: request.id, acceptedAt: request.acceptedAt, partition: ownership.partition(of: request.id))
    }

    private func plan(_ request: EndedRequest) {
        // First everyone hears of the end. The look waits a little: others may come that can be asked for with it.
        if request.isVerifying, standing(of: request) != nil {
            looks.add(request.id, after: settings.looks.shortest, now: clock.now)
        } else {
            looks.remove(request.id)
        }
        if request.mayBeAmended(now: now()) {
            latePolls.add(request.id, after: settings.latePace.shortest, now: clock.now)
        } else {
            latePolls.remove(request.id)
        }
    }

    private func work(_ body: @escaping @Sendable (isolated TrackingDesk) async -> Void) {
        lastTicket += 1
        let ticket = lastTicket
        looking[ticket] = Task {
            await body(self)
            looking[ticket] = nil
            pollSignal.raise()
        }
    }

    /// Something has become known of a request, be it that nothing more will.
    private func note(_ request: EndedRequest) {
        ended[request.id] = request
        plan(request)
        follows()
        unwritten.insert(request.id)
        writeSignal.raise()
    }
}

// MARK: - Verification

extension TrackingDesk {
    /// Starts the looks that are due, many requests in one.
    func startLooks() {
        while looking.count < Self.looksAtOnce, let first = looks.nextDue, first <= clock.now {
            // What is due soon comes along.
            let soon = clock.now.advanced(by: settings.looks.shortest / 2)
            let due = looks.takeDue(now: soon, atMost: Self.idsPerLook)
            work { await $0.look(due) }
        }
    }

    private func look(_ ids: [String]) async {
        for batch in batches(ids) {
            let evidence = await evidence(for: batch)
            guard !isEnding else { return }
            if evidence.mayBeSpoilt, batch.count > 1 {
                // One id that the console does not take must not keep the others from being verified.
                for id in batch { judge(id, await self.evidence(for: [id])) }
            } else {
                for id in batch { judge(id, evidence) }
            }
        }
    }

    /// The requests in groups that fit into one query.
    private func batches(_ ids: [String]) -> [[String]] {
        var batches: [[String]] = [[]]
        var room = Self.idsPerLook
        for id in ids {
            guard let questions = ended[id]?.questions else { continue }
            let size = questions.count
            if size > room, batches[batches.endIndex - 1].isEmpty == false {
                batches.append([])
                room = Self.idsPerLook
            }
            batches[batches.endIndex - 1].append(id)
            room -= size
        }
        return batches.filter { !$0.isEmpty }
    }

    private func evidence(for ids: [String]) async -> Evidence {
        let questions = ids.compactMap { ended[$0]?.questions }.reduce(into: Evidence.Questions()) { $0.formUnion($1) }
        var evidence = await Evidence.gather(questions, from: console)
        let shown = evidence
        let copies = ids.compactMap { ended[$0]?.copiesWanted(shown) }.reduce(into: Set()) { $0.formUnion($1) }
        await evidence.find(copiesOf: copies, from: console)
        // Who asks nothing learns nothing of the console.
        if !questions.isEmpty || !copies.isEmpty { observation.looked(evidence) }
        return evidence
    }

    private func judge(_ id: String, _ evidence: Evidence) {
        // It may have gone to another instance while the console was thinking.
        guard !isEnding, var request = ended[id], request.isVerifying else { return looks.remove(id) }
        request.looked(evidence, now: now())
        guard request.isVerifying else {
            observation.verified(request)
            return note(request)
        }
        ended[id] = request
        var generator = SystemRandomNumberGenerator()
        looks.asked(
            id, changed: false, notBefore: evidence.failure?.retryAfter, now: clock.now, using: &generator)
    }
}

// MARK: - What the console says later

extension TrackingDesk {
    /// Starts the late polls that are due.
    func startLatePolls() {
        for id in latePolls.takeDue(now: clock.now, atMost: Self.looksAtOnce - looking.count) {
            work { await $0.pollLate(id) }
        }
    }

    private func pollLate(_ id: String) async {
        guard let remediation = ended[id]?.remediation else { return latePolls.remove(id) }
        let answer: Result<RemediationReport?, ConsoleError>
        do throws(ConsoleError) {
            answer = .success(try await console.progress(of: remediation))
        } catch {
            answer = .failure(error)
        }
        guard !isEnding, var request = ended[id] else { return }
        var isChanged = false
        var pause: Duration?
        switch answer {
        case .success(let report?):
            isChanged = request.reported(report, now: now())
            ended[id] = request
            if request.needsAbort(report) { pause = await abortLate(id, remediation) }
        case .success(nil): break
        case .failure(let error):
            observation.latePollFailed(request, error)
            pause = error.retryAfter
        }
        // The abort took its time, too.
        guard !isEnding, let request = ended[id] else { return }
        if isChanged { observation.reportedLate(request) }
        var generator = SystemRandomNumberGenerator()
        latePolls.asked(id, changed: isChanged, notBefore: pause, now: clock.now, using: &generator)
        // Also when the time for late words is over.
        if isChanged || !request.mayBeAmended(now: now()) { note(request) }
    }

    /// What the deadline should have stopped is pending still. What the abort ends, the next report tells.
    ///
    /// - Returns: How long the console is to be left alone, if it says so.
    private func abortLate(_ id: String, _ remediation: ConsoleRemediation) async -> Duration? {
        let outcome = await console.abort(remediation)
        guard !isEnding, var request = ended[id], request.remediation == remediation else { return nil }
        request.abortAnswered(outcome)
        ended[id] = request
        observation.abortedLate(request, outcome)
        return outcome.retryAfter
    }
}
