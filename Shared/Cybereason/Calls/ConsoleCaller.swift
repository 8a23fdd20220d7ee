import HTTPClient

/// Makes calls within the session: logs in when needed, repeats what is safe to repeat, and says honestly how a call
/// with an effect ended.
struct ConsoleCaller: Sendable {
    let exchange: Exchange
    let session: ConsoleSession

    /// What a call that only reads has seen of pages in the place of JSON, and of lost sessions.
    private struct Course {
        /// Whether it has lost a session.
        var lost = false
        /// The session within which it was answered with a page, and then sent again.
        var doubted: LoginState.Session?
    }

    /// A call that only reads. Repeated after failures that may pass, once after a lost session, and once in the same
    /// session after a page: one odd answer to one call is not to cost all callers their session.
    ///
    /// - Returns: a 2xx that is no page; whether it is JSON, its reader finds out.
    /// - Throws: ``ConsoleError``, the last one when several attempts failed.
    func read(_ call: Call) async throws(ConsoleError) -> HTTPResponse {
        exchange.host.began()
        var attempt = 1
        var course = Course()
        while true {
            do {
                if let answer = try await attemptRead(call, attempt: attempt, &course) { return answer }
            } catch {
                if error.kind == .sessionInvalid, error.retryAfter == nil, !course.lost {
                    course.lost = true
                    continue
                }
                try await exchange.pause(after: error, attempt: attempt, of: call)
                attempt += 1
            }
        }
    }

    /// One attempt; nil if it is to be made again at once.
    private func attemptRead(
        _ call: Call, attempt: Int, _ course: inout Course
    ) async throws(ConsoleError) -> HTTPResponse? {
        let current = try await session.current(until: call.deadline)
        let response = try await exchange.reply(to: call, cookies: current.cookies.header, attempt: attempt)
        let reply = Reply(response, now: exchange.timing.wall(), settings: exchange.settings)
        switch reply {
        case .answer(let answer):
            session.prove(current)
            return answer
        case .loginRedirect: session.invalidate(current, route: call.route)
        case .page:
            if course.doubted != current, session.endsWithPages || exchange.host.mayRetry() {
                course.doubted = current
                exchange.observer.onRetry(call.route, .zero, exchange.error(reply, response))
                return nil
            }
            if course.lost {
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
