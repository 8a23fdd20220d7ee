internal import Cybereason
internal import Runtime
internal import Synchronization

/// Tries the account at the start, and says whether the console has refused it: a wrong password is to be seen before
/// anything depends on it.
final class LoginWatch: Sendable {
    private let condition: ReadinessCondition
    /// Why the account was refused the last time; nil if it was not.
    private let refusal = Mutex<String?>(nil)

    /// How long the service is not ready for want of any answer. After that the console counts as away.
    private static let firstAnswer = Duration.seconds(5)
    /// Pauses between two tries of a console that is away.
    private static let away = Backoff(base: .seconds(5), cap: .seconds(60))

    init(_ readiness: Readiness) { condition = readiness.condition("console-login") }

    /// The same observer, with this one listening to the logins of all callers.
    func listening(_ observer: ConsoleObserver) -> ConsoleObserver {
        var observer = observer
        observer.onLogin = { [told = observer.onLogin, self] login in
            told(login)
            switch login {
            case .succeeded: take(nil)
            case .failed(let error): take(error)
            }
        }
        return observer
    }

    /// Tries again and again until the console has answered, and from then on only now and then: the session is used
    /// while there is one, and a refused account is tried no more often than the longest pause after a refusal.
    func watch(_ client: ConsoleClient) async {
        let seldom = client.settings.session.refusalBackoff.cap
        var deadline: ContinuousClock.Instant? = .now + Self.firstAnswer
        var failures = 0
        while !Task.isCancelled {
            let pause: Duration
            do throws(ConsoleError) {
                try await client.logIn(deadline: deadline)
                pause = seldom
                failures = 0
            } catch {
                if error.kind != .cancelled { take(error) }
                failures += 1
                let away = max(Self.away.ceiling(afterFailures: failures), error.retryAfter ?? .zero)
                pause = error.refusesAccount ? seldom : away
            }
            deadline = nil
            try? await Task.sleep(for: pause)
        }
    }

    /// Whatever else went wrong says nothing about the account: what was known of it before still holds.
    private func take(_ error: ConsoleError?) {
        let refusal = refusal.withLock { refusal in
            if error?.refusesAccount ?? true { refusal = error?.description }
            return refusal
        }
        condition.set(refusal == nil, reason: refusal)
    }
}
