import HTTPServer
import JSON
import Testing

@testable import Cybereason

@Suite("A client under failures")
struct ResilienceTests {
    private static let query = "/rest/visualsearch/query/simple"
    private static let status = "/rest/remediate/status/11.1"

    private func kind(_ call: () async throws(ConsoleError) -> Void) async -> ConsoleError.Kind? {
        await consoleError(call)?.kind
    }

    @Test("repeats a safe call after failures that may pass, and says so", arguments: [500, 502, 503, 504, 408])
    func retries(code: Int) async throws {
        let pauses = Collected<ConsoleError>()
        let observer = ConsoleObserver(onRetry: { _, _, reason in pauses.add(reason) })
        try await withConsole(observer: observer) { console, client in
            console.on(Self.status, .text("no", status: code), .text("no", status: code), .json("[]"))
            let reports = try await client.remediations(ofMalop: "11.1")
            #expect(reports.isEmpty)
            #expect(console.seen(Self.status).count == 3)
            #expect(pauses.all.map(\.status) == [code, code])
        }
    }

    @Test("does not repeat what will not pass", arguments: [400, 403, 404, 412, 422])
    func noRetries(code: Int) async throws {
        try await withConsole { console, client in
            console.on(Self.status, .text("no", status: code))
            let error = await consoleError { () async throws(ConsoleError) in
                _ = try await client.remediations(ofMalop: "11.1")
            }
            #expect(error?.status == code)
            #expect(error?.detail == "no")
            #expect(console.seen(Self.status).count == 1)
        }
    }

    @Test("stops repeating when the budget for it is spent")
    func budget() async throws {
        try await withConsole {
            $0.resilience.retryBudget = RetryBudget(burst: 2, share: 0)
        } _: { console, client in
            console.on(Self.status, .text("no", status: 503))
            for _ in 1...3 { _ = try? await client.remediations(ofMalop: "11.1") }
            #expect(console.seen(Self.status).count == 5)
        }
    }

    @Test("waits as long as Retry-After asks, and only once for all calls to that host", arguments: [true, false])
    func retryAfter(asDate: Bool) async throws {
        try await withConsole { console, client in
            try await client.logIn()
            console.on(Self.status) { _, count in
                if count > 1 { return .json("[]") }
                var response = ServerResponse.text("Too many requests", status: 429)
                response.headers.add("Retry-After", asDate ? "Thu, 01 Jan 1970 00:00:02 GMT" : "1")
                if asDate { response.headers.set("Date", "Thu, 01 Jan 1970 00:00:01 GMT") }
                return response
            }
            let start = ContinuousClock.now
            _ = try await client.remediations(ofMalop: "11.1")
            #expect(start.duration(to: .now) >= .seconds(1))
            #expect(console.seen(Self.status).count == 2)
        }
    }

    @Test("gives up at once when the pause is longer than its deadline")
    func deadline() async throws {
        try await withConsole { console, client in
            console.on(Self.status) { _, _ in
                var response = ServerResponse.text("Too many requests", status: 429)
                response.headers.add("Retry-After", "200")
                return response
            }
            let error = await consoleError { () async throws(ConsoleError) in
                _ = try await client.remediations(ofMalop: "11.1")
            }
            #expect(error?.kind == .throttled)
            #expect(error?.retryAfter == .seconds(200))
            #expect(console.seen(Self.status).count == 1)
        }
    }

    @Test("opens the breaker of one class only, probes once, and closes it when the console is back")
    func breaker() async throws {
        let changes = Collected<String>()
        let observer = ConsoleObserver(onBreaker: { changes.add("\($0.rawValue) \($1.rawValue)") })
        try await withConsole(
            {
                $0.resilience.attempts = 1
                $0.resilience.breaker = CircuitBreaker.Settings(failures: 2, pause: .milliseconds(50))
            }, observer: observer
        ) { console, client in
            console.on(Self.status, .text("no", status: 500), .text("no", status: 503), .json("[]"))
            console.on(Self.query, .json(Tutorials.failedProtectionAnswer))
            for _ in 1...2 { _ = try? await client.remediations(ofMalop: "11.1") }
            #expect(changes.all == ["status open"])
            #expect(try await client.failedProtections().rows.count == 1)
            while client.breakers[.status] == .open { await Task.yield() }
            _ = try await client.remediations(ofMalop: "11.1")
            #expect(client.breakers[.status] == .closed)
            #expect(console.seen(Self.status).count == 3)
        }
    }

    @Test("does not let a slow query hold up status calls")
    func bulkheads() async throws {
        try await withConsole {
            $0.resilience.concurrency[.query] = 1
        } _: { console, client in
            let release = Gate()
            console.on(Self.query) { _, _ in
                await release.wait()
                return .json(Tutorials.failedProtectionAnswer)
            }
            console.on(Self.status, .json("[]"))
            try await client.logIn()
            let queries = [1, 2].map { _ in Task { try await client.failedProtections().rows.count } }
            for _ in 1...5 { _ = try await client.remediations(ofMalop: "11.1") }
            #expect(console.seen(Self.query).count <= 1)
            release.open()
            for query in queries { #expect(try await query.value == 1) }
        }
    }

    @Test("refuses an answer above the size limit")
    func tooLarge() async throws {
        try await withConsole {
            $0.resilience.maxBodyBytes = 100
        } _: { console, client in
            console.on(Self.status, .json("[" + String(repeating: " ", count: 200) + "]"))
            #expect(
                await kind { () async throws(ConsoleError) in _ = try await client.remediations(ofMalop: "11.1") }
                    == .tooLarge)
        }
    }

    @Test("knows how far the console's clock is from ours")
    func clock() async throws {
        try await withConsole { console, client in
            console.on(Self.status) { _, _ in
                var response = ServerResponse.json("[]")
                response.headers.set("Date", "Thu, 01 Jan 1970 00:01:40 GMT")
                return response
            }
            _ = try await client.remediations(ofMalop: "11.1")
            let reading = try #require(client.clock.reading)
            let theirs = reading.at + reading.difference
            #expect(abs(theirs.milliseconds - 100_500) < 30_000)
        }
    }

    @Test("tells its observer of every exchange by route, without ids, and of logins")
    func observer() async throws {
        let routes = Collected<String>()
        let logins = Collected<Bool>()
        let observer = ConsoleObserver(
            onExchange: { routes.add("\($0.route) \($0.status ?? 0) \($0.attempt)") },
            onLogin: { if case .succeeded = $0 { logins.add(true) } })
        try await withConsole(observer: observer) { console, client in
            console.on(Self.status, .json("[]"))
            _ = try await client.remediations(ofMalop: "11.1")
        }
        #expect(routes.all == ["/login.html 302 1", "/ 200 1", "/rest/remediate/status 200 1"])
        #expect(logins.all == [true])
    }

    @Test(
        "an address must be one",
        arguments: ["", "ftp://x", "console.example", "https://", "https://u:p@x", "https://a b"])
    func address(text: String) {
        #expect(throws: ConsoleError.self) {
            try ConsoleSettings(baseURL: text, credentials: Credentials(username: "u", password: Secret("p")))
        }
    }

    @Test("a slash or a path behind the address is dropped")
    func baseURL() throws {
        let settings = try ConsoleSettings(
            baseURL: "https://tenant.cybereason.net:8443/rest/",
            credentials: Credentials(username: "u", password: Secret("p")))
        #expect(settings.baseURL == "https://tenant.cybereason.net:8443")
    }
}
