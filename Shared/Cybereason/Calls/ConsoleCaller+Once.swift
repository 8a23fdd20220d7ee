import HTTPClient

/// How a call with an effect ended, before its answer is read.
enum OnceOutcome: Sendable {
    /// A 2xx that is no page.
    case answered(HTTPResponse)
    /// The console's REST interface refused it with a 4xx.
    case refused(status: Int, words: String)
    /// It was not carried out.
    case notSent(NotSent)
    /// Nobody can tell.
    case mayHaveRun(UncertainReason)
}

extension ConsoleCaller {
    /// A call with an effect: at most one of its attempts can have been carried out. It is sent again only in one case:
    /// when the console sent it to the login page, which proves that it was not carried out, and only once.
    ///
    /// - Parameter gate: asked again right before the first byte of each attempt.
    func once(_ call: Call, gate: (@Sendable () -> Bool)?) async -> OnceOutcome {
        exchange.host.began()
        let first = await attemptOnce(call, attempt: 1, gate: gate)
        guard case .notSent(let reason) = first, reason.kind == .loggedOut else { return first }
        return await attemptOnce(call, attempt: 2, gate: gate)
    }

    private func attemptOnce(_ call: Call, attempt: Int, gate: (@Sendable () -> Bool)?) async -> OnceOutcome {
        let current: LoginState.Session
        do {
            current = try await session.current(until: call.deadline)
        } catch {
            let kind: NotSent.Kind = error.refusesAccount ? .accountRefused : .noSession
            return .notSent(NotSent(kind, error.description, retryAfter: error.retryAfter))
        }
        let cookies = current.cookies.header
        let sent = await exchange.send(call, cookies: cookies, attempt: attempt, once: true, waits: false, gate: gate)
        switch sent {
        case .held(let error): return .notSent(NotSent(error))
        case .failed(let failure): return Self.outcome(of: failure)
        case .replied(let response): return outcome(of: response, to: call, within: current)
        }
    }

    private func outcome(of response: HTTPResponse, to call: Call, within current: LoginState.Session) -> OnceOutcome {
        switch Reply(response, now: exchange.timing.wall(), settings: exchange.settings) {
        case .answer(let answer):
            session.prove(current)
            return .answered(answer)
        case .loginRedirect:
            session.invalidate(current, route: call.route)
            return .notSent(NotSent(.loggedOut, "the console asked for a login instead", retryAfter: nil))
        case .page(let words):
            _ = session.suspect(current, route: call.route)
            let detail = "answered with a page or a text: \(words)"
            return .mayHaveRun(UncertainReason(.notUnderstood, detail, status: response.status))
        case .throttled(let wait):
            exchange.host.pause(for: wait)
            return .notSent(NotSent(.throttled, "too many requests", retryAfter: wait))
        case .refused(404, _) where response.body.isEmpty:
            // So answers a gateway that has no route for the moment. An interface that has the order has words for it.
            return Self.foreign(404, "no words")
        case .refused(let status, let words):
            session.prove(current)
            return .refused(status: status, words: words)
        case .foreign(407, let words):
            return .notSent(NotSent(.connection, "the proxy asks for a login: \(words)", retryAfter: nil))
        case .foreign(let status, let words): return Self.foreign(status, words)
        case .failed(let status, let words):
            exchange.serverPause(response)
            let kind: UncertainReason.Kind = status >= 500 ? .serverError : status == 408 ? .timeout : .notUnderstood
            return .mayHaveRun(UncertainReason(kind, words, status: status))
        }
    }

    /// Whoever wrote this may also have passed the request on.
    private static func foreign(_ status: Int, _ words: String) -> OnceOutcome {
        let detail = "HTTP \(status), not from the console's REST interface: \(words)"
        return .mayHaveRun(UncertainReason(.notUnderstood, detail, status: status))
    }

    /// What a failed exchange proves. Of a 4xx without its whole body nobody knows who wrote it.
    static func outcome(of failure: HTTPFailure) -> OnceOutcome {
        switch failure.delivery {
        case .notSent:
            return .notSent(NotSent(failure))
        case .mayHaveBeenReceived:
            if failure.requestIncomplete {
                return .notSent(NotSent(.connection, "\(failure)", retryAfter: nil))
            }
            return .mayHaveRun(UncertainReason(failure))
        case .answered(let status):
            switch status {
            case 408, 500...: return .mayHaveRun(UncertainReason(.serverError, "\(failure)", status: status))
            case 429: return .notSent(NotSent(.throttled, "\(failure)", retryAfter: nil))
            default: return .mayHaveRun(UncertainReason(failure))
            }
        }
    }
}
