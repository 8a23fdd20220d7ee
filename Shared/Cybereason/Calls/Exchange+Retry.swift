import HTTPClient

extension Exchange {
    /// A call without a session that only reads, repeated after failures that may pass.
    ///
    /// - Throws: ``ConsoleError``, the last one when several attempts failed.
    func read(_ call: Call) async throws(ConsoleError) -> HTTPResponse {
        host.began()
        var attempt = 1
        while true {
            do {
                return try await attemptRead(call, attempt: attempt)
            } catch {
                try await pause(after: error, attempt: attempt, of: call)
                attempt += 1
            }
        }
    }

    private func attemptRead(_ call: Call, attempt: Int) async throws(ConsoleError) -> HTTPResponse {
        let response = try await reply(to: call, cookies: nil, attempt: attempt)
        switch Reply(response, now: timing.wall(), settings: settings) {
        case .answer(let answer): return answer
        case .loginRedirect:
            throw ConsoleError(.notUnderstood, "redirected to a login", status: response.status)
        case let other: throw error(other, response)
        }
    }

    /// One exchange of a call that may be repeated.
    func reply(to call: Call, cookies: String?, attempt: Int) async throws(ConsoleError) -> HTTPResponse {
        switch await send(call, cookies: cookies, attempt: attempt) {
        case .replied(let response): return response
        case .failed(let failure): throw failure.consoleError
        case .held(let error): throw error
        }
    }

    /// What an answer that is none means for a caller. A pause that the host asks for is noted on the way.
    func error(_ reply: Reply, _ response: HTTPResponse) -> ConsoleError {
        switch reply {
        case .answer, .loginRedirect:
            return ConsoleError(.sessionInvalid, "the console asks for a login", status: response.status)
        case .page(let words):
            return ConsoleError(.notUnderstood, "a page or a text where JSON is due: \(words)", status: response.status)
        case .throttled(let wait):
            host.pause(for: wait)
            return ConsoleError(.throttled, "too many requests", status: response.status, retryAfter: wait)
        case .refused(let status, let words):
            return ConsoleError(Self.kind(of: status), words, status: status)
        case .foreign(let status, let words):
            return ConsoleError(.unavailable, "not from the console's REST interface: \(words)", status: status)
        case .failed(let status, let words):
            switch status {
            case 408: return ConsoleError(.timeout, "the server gave up: \(words)", status: status)
            case 300..<400: return ConsoleError(.notUnderstood, words, status: status)
            default:
                return ConsoleError(.unavailable, words, status: status, retryAfter: serverPause(response))
            }
        }
    }

    /// Waits before the next attempt, or throws the error if there must be none.
    func pause(after error: ConsoleError, attempt: Int, of call: Call) async throws(ConsoleError) {
        guard error.isTransient, attempt < settings.attempts, !Task.isCancelled else { throw error }
        let wait = settings.backoff.pause(
            afterFailures: attempt, chance: timing.chance(), floor: error.retryAfter ?? .zero)
        let until = timing.now().advanced(by: wait)
        guard until < call.deadline, host.mayRetry() else { throw error }
        observer.onRetry(call.route, wait, error)
        await timing.sleep(until)
        if Task.isCancelled { throw ConsoleError(.cancelled, "cancelled between two attempts") }
    }

    private static func kind(of status: Int) -> ConsoleError.Kind {
        switch status {
        case 403, 412: .forbidden
        case 404: .notFound
        default: .rejected
        }
    }

    /// A 503 may also say when to come back. The pause holds for the whole host.
    @discardableResult
    func serverPause(_ response: HTTPResponse) -> Duration? {
        guard response.status == 503, let wait = Reply.pause(response, now: timing.wall(), settings: settings) else {
            return nil
        }
        host.pause(for: wait)
        return wait
    }
}
