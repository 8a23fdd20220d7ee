import HTTPClient
import HTTPServer
import Synchronization
import Testing

@testable import Cybereason

@Suite("An order that is not sent")
struct NotSentTests {
    private static let path = RemediationOutcomeTests.path
    private static let order = RemediationOutcomeTests.order

    private func reason(_ outcome: RemediationOutcome) -> NotSent? {
        if case .notSent(let reason) = outcome { reason } else { nil }
    }

    @Test("by the caller's gate: the console never sees it")
    func gate() async throws {
        try await withConsole { console, client in
            console.on(Self.path, .json(Tutorials.remediationAnswer))
            let outcome = await client.remediate(Self.order) { false }
            #expect(reason(outcome)?.kind == .gateClosed)
            #expect(console.seen(Self.path).isEmpty)
        }
    }

    @Test("by a console that asks for a login twice; it says so, and the gate is asked for each attempt")
    func loggedOut() async throws {
        try await withConsole { console, client in
            console.on(Self.path, .redirect(to: "/login.html"))
            let asked = Collected<Void>()
            let outcome = await client.remediate(Self.order) {
                asked.add(())
                return true
            }
            #expect(reason(outcome)?.kind == .loggedOut)
            #expect(console.seen(Self.path).count == 2)
            #expect(asked.all.count == 2)
            #expect(console.logins == 2)
        }
    }

    @Test("by a gate that closes between a lost session and the second attempt")
    func gateAfterLogin() async throws {
        try await withConsole { console, client in
            console.on(Self.path, .redirect(to: "/login.html"), .json(Tutorials.remediationAnswer))
            let asked = Collected<Void>()
            let outcome = await client.remediate(Self.order) {
                asked.add(())
                return asked.all.count == 1
            }
            #expect(reason(outcome)?.kind == .gateClosed)
            #expect(console.seen(Self.path).count == 1)
        }
    }

    @Test("by too many requests: nothing goes to that host until the pause is over")
    func throttled() async throws {
        try await withConsole { console, client in
            console.on(Self.path) { _, _ in
                var response = ServerResponse.text("Too many requests", status: 429)
                response.headers.add("Retry-After", "30")
                return response
            }
            #expect(reason(await client.remediate(Self.order))?.retryAfter == .seconds(30))
            let again = reason(await client.remediate(Self.order))
            #expect(again?.kind == .throttled)
            #expect(again?.retryAfter ?? .zero > .seconds(20))
            #expect(console.seen(Self.path).count == 1)
            let deadline = ContinuousClock.now.advanced(by: .seconds(1))
            let error = await consoleError { () async throws(ConsoleError) in
                _ = try await client.machineStates(["m"], deadline: deadline)
            }
            #expect(error?.kind == .throttled)
        }
    }

    @Test("by a server error that asks for a pause: the order itself may have run, the next one is held back")
    func serverPause() async throws {
        try await withConsole { console, client in
            console.on(Self.path) { _, _ in
                var response = ServerResponse.text("overloaded", status: 503)
                response.headers.add("Retry-After", "30")
                return response
            }
            guard case .mayHaveRun(let uncertain) = await client.remediate(Self.order) else {
                Issue.record("taken for something else")
                return
            }
            #expect(uncertain.kind == .serverError)
            #expect(reason(await client.remediate(Self.order))?.kind == .throttled)
            #expect(console.seen(Self.path).count == 1)
        }
    }

    @Test("because nobody listens")
    func refusedConnection() async throws {
        try await withConsole { console, client in
            try await client.logIn()
            await console.stop()
            #expect(reason(await client.remediate(Self.order))?.kind == .connection)
        }
    }

    @Test("because the breaker is open, after so many failures")
    func breaker() async throws {
        try await withConsole {
            $0.resilience.breaker = CircuitBreaker.Settings(failures: 2, pause: .seconds(20))
        } _: { console, client in
            console.on(Self.path, .text("no", status: 503))
            for _ in 1...2 { _ = await client.remediate(Self.order) }
            let reason = reason(await client.remediate(Self.order))
            #expect(reason?.kind == .heldBack)
            #expect(reason?.retryAfter ?? .zero > .seconds(10))
            #expect(reason?.detail.hasSuffix("at last: HTTP 503") == true, "\(reason?.detail ?? "")")
            #expect(console.seen(Self.path).count == 2)
            #expect(client.breakers[.remediate] == .open)
            #expect(client.breakers[.status] == .closed)
        }
    }

    @Test("because its caller was cancelled")
    func cancelled() async throws {
        try await withConsole { console, client in
            console.on(Self.path, .json(Tutorials.remediationAnswer))
            try await client.logIn()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await client.remediate(Self.order)
            }
            #expect(reason(await task.value)?.kind == .cancelled)
            #expect(console.seen(Self.path).isEmpty)
        }
    }

    @Test("because the client's own address or headers cannot be sent: the order is not to blame")
    func malformed() {
        let failure = HTTPFailure(delivery: .notSent, reason: .malformed, detail: "header Cookie")
        guard case .notSent(let reason) = ConsoleCaller.outcome(of: failure) else {
            Issue.record("taken for something else")
            return
        }
        #expect(reason.kind == .malformed)
    }

    @Test(
        "because it holds what cannot be an id",
        arguments: [
            RemediationOrder(initiator: "me", actions: []),
            RemediationOrder(initiator: "me", actions: [.init(machineID: "", targetID: "t", type: .killProcess)]),
            RemediationOrder(initiator: "me", actions: [.init(machineID: "m", targetID: "a\nb", type: .killProcess)]),
            RemediationOrder(
                initiator: "me", actions: [.init(machineID: "m", targetID: "t", type: .init(rawValue: ""))]),
            RemediationOrder(malopID: "\u{0}", initiator: "me", actions: order.actions),
            RemediationOrder(malopID: String(repeating: "x", count: 257), initiator: "me", actions: order.actions),
            RemediationOrder(initiator: String(repeating: "x", count: 257), actions: order.actions),
        ])
    func invalid(order: RemediationOrder) async throws {
        try await withConsole { console, client in
            #expect(reason(await client.remediate(order))?.kind == .invalidOrder)
            #expect(console.seen.isEmpty)
        }
    }
}
