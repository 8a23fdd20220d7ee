import JSON
import Synchronization

@testable import Cybereason
@testable import HTTPClient

/// A server whose answers are an input: heads and bodies in turn, the last one again and again. Its time is its own, so
/// that no pause is waited for.
final class ScriptedServer: Sendable {
    /// A request that arrived, and the status that it was answered with; nil if the answer broke off.
    struct Seen: Sendable {
        let method: String
        let path: String
        let isOnce: Bool
        let status: Int?
    }

    private struct State {
        var passed = Duration.zero
        var answered = 0
        var seen: [Seen] = []
    }

    /// How long an exchange takes.
    private static let exchange = Duration.milliseconds(250)

    private let start = ContinuousClock.now
    private let input: FuzzInput
    /// Whether the input's answers are those to the login.
    private let isLogin: Bool
    private let state = Mutex(State())

    init(_ input: FuzzInput, isLogin: Bool = false) {
        self.input = input
        self.isLogin = isLogin
    }

    var deadline: ContinuousClock.Instant { start + .seconds(120) }
    var seen: [Seen] { state.withLock { $0.seen } }

    var timing: Timing {
        Timing(
            now: { self.start + self.state.withLock { $0.passed } },
            wall: { Records.now + self.state.withLock { $0.passed } }, sleep: sleep, chance: { 0.5 })
    }

    /// A pause is over at once. Who waits for the deadline waits until he is told to stop.
    private func sleep(_ until: ContinuousClock.Instant) async {
        guard until < deadline else {
            try? await Task.sleep(for: .seconds(3600))
            return
        }
        state.withLock { $0.passed = max($0.passed, start.duration(to: until)) }
    }

    var client: ConsoleClient {
        get throws {
            let credentials = Credentials(username: "riposte", password: Secret("right"))
            let settings = try ConsoleSettings(baseURL: "http://console.example", credentials: credentials)
            return ConsoleClient(settings, observer: ConsoleObserver(), timing: timing, transport: transport)
        }
    }

    var intelligence: ThreatIntelligenceClient {
        get throws {
            let settings = try ThreatIntelligenceSettings(baseURL: "http://intelligence.example")
            return ThreatIntelligenceClient(settings, observer: ConsoleObserver(), timing: timing, transport: transport)
        }
    }

    private var transport: Exchange.Transport {
        { request throws(HTTPFailure) in
            let path = String(request.url.drop { $0 != "." }.drop { $0 != "/" })
            let answer = self.answer(to: path)
            let seen = Seen(
                method: request.method.rawValue, path: path, isOnce: request.repeatability == .once,
                status: try? answer.get().status)
            self.state.withLock { state in
                state.passed += Self.exchange
                state.seen.append(seen)
            }
            if request.repeatability == .once, request.gate?() == false {
                throw HTTPFailure(delivery: .notSent, reason: .gateClosed)
            }
            return try answer.get()
        }
    }

    private func answer(to path: String) -> Result<HTTPResponse, HTTPFailure> {
        guard isLogin || path.hasPrefix("/rest/") else {
            guard path == "/login.html" else {
                return .success(HTTPResponse(status: 200, body: Array("<title>Cybereason</title>".utf8)))
            }
            return .success(
                HTTPResponse(
                    status: 302,
                    headers: HTTPHeaders([("Location", "/#/current?"), ("Set-Cookie", "JSESSIONID=0123; Path=/")])))
        }
        let answers = max(1, input.parts.count / 2)
        let number = state.withLock { state in
            defer { state.answered += 1 }
            return min(state.answered, answers - 1)
        }
        return Self.response(input[number * 2] ?? [], input[number * 2 + 1] ?? [])
    }

    /// An answer as the client takes it off the wire, line by line.
    private static func response(_ head: [UInt8], _ body: [UInt8]) -> Result<HTTPResponse, HTTPFailure> {
        var reading = ResponseHead()
        for line in head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            reading.receive(line: line + [UInt8(ascii: "\n")])
        }
        guard reading.isComplete, let status = reading.status, status >= 200 else {
            let delivery: HTTPFailure.Delivery = reading.status.map { .answered(status: $0) } ?? .mayHaveBeenReceived
            return .failure(HTTPFailure(delivery: delivery, reason: .truncated))
        }
        return .success(HTTPResponse(status: status, headers: reading.headers, body: body))
    }
}
