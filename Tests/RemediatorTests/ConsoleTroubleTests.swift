import Model
import TestSupport
import Testing

@testable import Remediator
@testable import Runtime

@Suite("A console that cannot be used is told at once, and why")
struct ConsoleTroubleTests {
    @Test("a wrong password shows in the readiness, the metrics, the log and the request, and costs one login")
    func wrongPassword() async throws {
        try await Bench.run { bench in
            let service = try await bench.startRemediator(password: "riposte")
            try await eventually("the refusal shows in the readiness") {
                service.login.map { $0.reason != "not yet" } ?? false
            }
            let login = try #require(service.login)
            #expect(!login.holds && login.reason?.contains("badCredentials") == true, "\(login)")
            #expect(!service.readiness.isReady)
            try await bench.publish(GuardrailTests.body("one"))
            let request = try await bench.request("one", "is held") { $0.phase == .held }
            #expect(request.reason == .consoleUnavailable)
            #expect(request.detail?.contains("refused the user name or password") == true, "\(request)")
            #expect(service.metrics.render().contains("platform_account_refused{server=\"console\"} 1"))
            #expect(bench.logs.lines.contains { $0.contains("login failed") && $0.contains("badCredentials") })
            #expect(bench.logins == 1)
        }
    }

    @Test("a console that is away shows in the readiness, and the request says what cannot be reached")
    func away() async throws {
        try await Bench.run { bench in
            let service = try await bench.startRemediator(console: "http://127.0.0.1:1")
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is held, with the cause") {
                $0.phase == .held && $0.reason == .consoleUnavailable
                    && $0.detail?.contains("connect to 127.0.0.1") == true
            }
            try await eventually("it shows in the readiness") {
                let console = service.readiness.conditions.first { $0.name == "console" }
                return console?.holds == false && console?.reason?.contains("connect to 127.0.0.1") == true
            }
            #expect(service.metrics.render().contains("riposte_dependency_up{dependency=\"console\"} 0"))
        }
    }

    @Test("the account is tried before there is any request")
    func logsIn() async throws {
        try await Bench.run { bench in
            let service = try await bench.startRemediator()
            try await eventually("it is logged in") {
                service.metrics.render().contains("platform_logged_in{server=\"console\"} 1")
            }
            #expect(service.login?.holds == true)
            #expect(bench.logins == 1)
        }
    }
}

extension RunningService {
    /// What the readiness says of our account at the console.
    fileprivate var login: Readiness.Condition? {
        readiness.conditions.first { $0.name == "console-login" }
    }
}
