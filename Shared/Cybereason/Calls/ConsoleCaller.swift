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
        var sessionWasLost = false
        while true {
            do {
                return try await attemptRead(call, attempt: attempt, replayed: sessionWasLost)
            } catch {
                if error.kind == .sessionInvalid, error.retryAfter == nil, !sessionWasLost {
                    sessionWasLost = true
                    continue
                }
                try await exchange.pause(after: error, attempt: attempt, of: call)
                attempt += 1
            }
        }
    }

    private func attemptRead(
        _ call: Call, attempt: Int, replayed: Bool
    ) async throws(ConsoleError) -> HTTPResponse {
        let current = try await session.current(until: call.deadline)
        let response = try await exchange.reply(to: call, cookies: current.cookies.header, attempt: attempt)
        let reply = Reply(response, now: exchange.timing.wall(), settings: exchange.settings)
        switch reply {
        case .answer(let answer):
            session.prove(current)
            return answer
        case .loginRedirect: session.invalidate(current, route: call.route)
        case .page:
            if replayed {
                // A page again, right after a login: it is this request, not the session.
                session.trustPagesNoMore()
            } else if session.suspect(current, route: call.route) {
                throw ConsoleError(.sessionInvalid, "a page where JSON is due", status: response.status)
            }
        case .refused: session.prove(current)
        case .throttled, .foreign, .failed: break
        }
        throw exchange.error(reply, response)
    }
}
