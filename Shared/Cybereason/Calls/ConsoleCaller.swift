import HTTPClient

/// Makes calls within the session: logs in when needed, repeats what is safe to repeat, and says honestly how a call
/// with an effect ended.
struct ConsoleCaller: Sendable {
    let exchange: Exchange
    let session: ConsoleSession

    /// A call that only reads. Repeated after failures that may pass, and once after a lost session.
    ///
    /// - Returns: a 2xx that is no page; whether it is JSON, its reader finds out.
    /// - Throws: ``ConsoleError``, the last one when several attempts failed.
    func read(_ call: Call) async throws(ConsoleError) -> HTTPResponse {
        exchange.host.began()
        var attempt = 1
        var sessionsLost = 0
        while true {
            do {
                return try await attemptRead(call, attempt: attempt)
            } catch {
                if error.kind == .sessionInvalid, error.retryAfter == nil, sessionsLost == 0 {
                    sessionsLost += 1
                    continue
                }
                try await pause(after: error, attempt: attempt, of: call)
                attempt += 1
            }
        }
    }

    private func attemptRead(_ call: Call, attempt: Int) async throws(ConsoleError) -> HTTPResponse {
        let current = try await session.current(until: call.deadline)
        let response: HTTPResponse
        switch await exchange.send(call, cookies: current.cookies.header, attempt: attempt) {
        case .replied(let answer): response = answer
        case .failed(let failure): throw failure.consoleError
        case .held(let error): throw error
        }
        switch Reply(response, now: exchange.timing.wall(), settings: exchange.settings) {
        case .answer(let answer):
            session.prove(current)
            return answer
        case .loginRedirect, .page:
            session.invalidate(current, route: call.route)
            throw ConsoleError(.sessionInvalid, "the console asks for a login", status: response.status)
        case .throttled(let wait):
            exchange.host.pause(for: wait)
            throw ConsoleError(.throttled, "too many requests", status: 429, retryAfter: wait)
        case .refused(let status, let words):
            session.prove(current)
            throw ConsoleError(Self.kind(of: status), words, status: status)
        case .failed(let status, let words):
            throw Self.failure(status, words, retryAfter: serverPause(response))
        }
    }

    /// A 503 may also say when to come back.
    private func serverPause(_ response: HTTPResponse) -> Duration? {
        guard response.status == 503,
            let wait = Reply.pause(response, now: exchange.timing.wall(), settings: exchange.settings)
        else { return nil }
        exchange.host.pause(for: wait)
        return wait
    }

    /// Waits before the next attempt, or throws the error if there must be none.
    private func pause(after error: ConsoleError, attempt: Int, of call: Call) async throws(ConsoleError) {
        guard error.isTransient, attempt < exchange.settings.attempts, !Task.isCancelled else { throw error }
        let wait = exchange.settings.backoff.pause(
            afterFailures: attempt, chance: exchange.timing.chance(), floor: error.retryAfter ?? .zero)
        let until = exchange.timing.now().advanced(by: wait)
        guard until < call.deadline, exchange.host.mayRetry() else { throw error }
        exchange.observer.onRetry(call.route, wait, error)
        await exchange.timing.sleep(until)
        if Task.isCancelled { throw ConsoleError(.cancelled, "cancelled between two attempts") }
    }

    static func kind(of status: Int) -> ConsoleError.Kind {
        switch status {
        case 403, 412: .forbidden
        case 404: .notFound
        default: .rejected
        }
    }

    private static func failure(_ status: Int, _ words: String, retryAfter: Duration?) -> ConsoleError {
        switch status {
        case 408: ConsoleError(.timeout, "the console gave up: \(words)", status: status)
        case 300..<400: ConsoleError(.notUnderstood, words, status: status)
        default: ConsoleError(.unavailable, words, status: status, retryAfter: retryAfter)
        }
    }
}
