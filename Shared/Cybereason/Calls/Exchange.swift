import HTTPClient
import JSON

/// The ways to a server that all calls share: one HTTP exchange within the limits of its class, watched and counted.
struct Exchange: Sendable {
    typealias Transport = @Sendable (HTTPRequest) async throws(HTTPFailure) -> HTTPResponse

    let baseURL: String
    let settings: ResilienceSettings
    let transport: Transport
    let host: HostGuard
    let timing: Timing
    let observer: ConsoleObserver
    let clock: ConsoleClock

    /// What happened to one request.
    enum Outcome: Sendable {
        case replied(HTTPResponse)
        case failed(HTTPFailure)
        /// It was not even tried.
        case held(ConsoleError)
    }

    /// Sends one request when it is its turn.
    ///
    /// - Parameters:
    ///   - cookies: the value of the `Cookie` header.
    ///   - once: whether the request has an effect, so that it may reach the server at most once.
    ///   - gate: the last question before the first byte.
    func send(
        _ call: Call, cookies: String?, attempt: Int, once: Bool = false, waits: Bool = true,
        gate: (@Sendable () -> Bool)? = nil
    ) async -> Outcome {
        let passage: HostGuard.Passage
        do {
            passage = try await host.enter(call.endpoint, until: call.deadline, waits: waits)
        } catch {
            return .held(error)
        }
        let start = timing.now()
        let left = start.duration(to: call.deadline)
        guard left > .zero, !Task.isCancelled else {
            host.leave(passage, .neutral)
            return .held(Task.isCancelled ? ConsoleError(.cancelled, "cancelled before sending") : Self.late)
        }
        var request = makeRequest(call, cookies: cookies, within: left, once: once)
        request.gate = gate
        let outcome: Outcome
        let before = timing.wall()
        do {
            let response = try await transport(request)
            clock.note(response, sent: before, received: timing.wall())
            outcome = .replied(response)
        } catch {
            outcome = .failed(error)
        }
        let judgement = Self.breakerOutcome(outcome)
        host.leave(passage, judgement, because: judgement == .failure ? Self.words(outcome) : nil)
        report(outcome, judgement, of: call, attempt: attempt, duration: start.duration(to: timing.now()))
        return outcome
    }

    private static let late = ConsoleError(.timeout, "the deadline passed before the request could be sent")

    private func makeRequest(_ call: Call, cookies: String?, within left: Duration, once: Bool) -> HTTPRequest {
        var headers = call.headers
        if call.body != nil && !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            headers.append((name: "Content-Type", value: "application/json"))
        }
        headers.append((name: "Accept", value: "application/json, text/plain;q=0.5, */*;q=0.1"))
        if let cookies { headers.append((name: "Cookie", value: cookies)) }
        let total = min(left, settings.exchangeTime(of: call.endpoint))
        let limits = HTTPRequest.Limits(
            connect: min(settings.connectTime, total), firstByte: total, total: total,
            maxBodyBytes: settings.maxBodyBytes)
        return HTTPRequest(
            method: call.method, url: baseURL + call.target, headers: headers, body: call.body, limits: limits,
            repeatability: once ? .once : .safe)
    }

    private func report(
        _ outcome: Outcome, _ judgement: CircuitBreaker.Outcome, of call: Call, attempt: Int, duration: Duration
    ) {
        var status: Int?
        var failure: String?
        switch outcome {
        case .replied(let response): status = response.status
        case .failed(let error): failure = "\(error.reason)"
        case .held: return
        }
        observer.onExchange(
            ConsoleObserver.Exchange(
                route: call.route, endpoint: call.endpoint, status: status, failure: failure, duration: duration,
                attempt: attempt, outcome: judgement,
                problem: judgement == .failure ? Self.words(outcome) : nil))
    }

    /// What went wrong, for those who are refused because of it.
    private static func words(_ outcome: Outcome) -> String {
        switch outcome {
        case .replied(let response): "HTTP \(response.status)"
        case .failed(let failure): "\(failure)"
        case .held(let error): error.detail
        }
    }

    private static func breakerOutcome(_ outcome: Outcome) -> CircuitBreaker.Outcome {
        switch outcome {
        case .replied(let response): response.status >= 500 ? .failure : .success
        case .held: .neutral
        case .failed(let error):
            switch error.reason {
            case .gateClosed, .cancelled, .shutDown, .malformed, .tooLarge: .neutral
            default: .failure
            }
        }
    }
}
