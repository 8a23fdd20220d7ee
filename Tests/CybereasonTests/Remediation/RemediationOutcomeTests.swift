import HTTPServer
import Synchronization
import Testing

@testable import Cybereason

/// What becomes of an order, on real sockets. In every case the order reaches the console at most once.
@Suite("An order to remediate")
struct RemediationOutcomeTests {
    static let path = "/rest/remediate"
    static let order = RemediationOrder(
        malopID: "11.1", initiator: "me", actions: [.init(machineID: "m", targetID: "t", type: .killProcess)])

    private func outcome(
        of answer: ServerResponse, change: (inout ConsoleSettings) -> Void = { _ in }
    ) async throws -> RemediationOutcome {
        let result = Collected<RemediationOutcome>()
        try await withConsole(change) { console, client in
            console.on(Self.path, answer)
            result.add(await client.remediate(Self.order))
            #expect(console.seen(Self.path).count == 1)
        }
        return try #require(result.all.first)
    }

    @Test(
        "is submitted when the console gives it an id",
        arguments: [
            #"{"remediationId":"x","statusLog":[]}"#, #"{"remediationId":"x"}"#,
            #"{"remediationId":"x","malopId":null,"start":null,"end":null,"statusLog":null,"initiatingUser":null}"#,
            #"{"remediationId":"x","statusLog":[null,{},{"status":null}]}"#,
        ])
    func submitted(answer: String) async throws {
        #expect(try await outcome(of: .json(answer)) == .submitted(RemediationReport(remediationID: "x")))
    }

    @Test("is submitted, with what the log says, when it failed at once")
    func failedAtOnce() async throws {
        let answer =
            #"{"remediationId":"x","end":1,"statusLog":[{"machineId":"m","targetId":"t","status":"FAILURE","#
            + #""actionType":"KILL_PROCESS","error":{"message":"Ignoring","errorType":"INVALID_ARGUMENT"}}]}"#
        guard case .submitted(let report) = try await outcome(of: .json(answer)) else {
            Issue.record("not submitted")
            return
        }
        #expect(
            report.statusLog == [
                StatusLogEntry(
                    machineID: "m", targetID: "t", status: "FAILURE", actionType: .killProcess,
                    errorMessage: "Ignoring", errorType: "INVALID_ARGUMENT")
            ])
    }

    @Test(
        "is refused with the console's words",
        arguments: [
            (400, "Malop ID is not valid"), (403, "Forbidden"), (404, "Not Found"), (422, "cannot"),
        ])
    func refused(status: Int, words: String) async throws {
        let expected = RemediationOutcome.refused(Refusal(status: status, words: words))
        #expect(try await outcome(of: .text(words, status: status)) == expected)
        #expect(try await outcome(of: .json(#"{"message":"\#(words)"}"#, status: status)) == expected)
    }

    @Test(
        "may have run when the answer cannot be understood",
        arguments: [
            ServerResponse.html(ScriptedConsole.loginPage), .json("{}"), .json("[]"), .json("null"), .json(""),
            .json(#"{"status":"FAILURE","message":"no"}"#), .json(#"{"remediationId":null}"#),
            .json(#"{"remediationId":""}"#), .text("ok"), .json(#"{"remediationId":"x""#), .status(204),
            .redirect(to: "/elsewhere"),
        ])
    func notUnderstood(answer: ServerResponse) async throws {
        #expect(try await uncertain(answer) == .notUnderstood)
    }

    @Test("may have run when the server fails", arguments: [500, 502, 503, 504])
    func serverError(status: Int) async throws {
        #expect(try await uncertain(.text("oops", status: status)) == .serverError)
    }

    @Test("may have run when the console gave up on it")
    func requestTimeout() async throws {
        #expect(try await uncertain(.text("oops", status: 408)) == .timeout)
    }

    @Test("may have run when the connection is cut after it was sent", arguments: [true, false])
    func cut(reset: Bool) async throws {
        #expect(try await uncertain(.cut(reset: reset)) == .cut)
    }

    @Test("may have run when its answer is cut short")
    func truncated() async throws {
        #expect(try await uncertain(ServerResponse.json(#"{"remed"#).truncated(claimedLength: 500)) == .cut)
    }

    @Test("may have run when the answer is too large")
    func tooLarge() async throws {
        let answer = ServerResponse.json(String(repeating: " ", count: 5000) + "{}")
        #expect(try await uncertain(answer) { $0.resilience.maxBodyBytes = 1000 } == .notUnderstood)
    }

    @Test("may have run when no answer comes in time")
    func silence() async throws {
        try await withConsole {
            $0.resilience.exchangeTime[.remediate] = .seconds(1)
        } _: { console, client in
            try await client.logIn()
            let release = Gate()
            console.on(Self.path) { _, _ in
                await release.wait()
                return .json("{}")
            }
            guard case .mayHaveRun(let reason) = await client.remediate(Self.order) else {
                Issue.record("taken for something else")
                return
            }
            #expect(reason.kind == .timeout)
            release.open()
        }
    }

    private func uncertain(
        _ answer: ServerResponse, change: (inout ConsoleSettings) -> Void = { _ in }
    ) async throws -> UncertainReason.Kind? {
        guard case .mayHaveRun(let reason) = try await outcome(of: answer, change: change) else { return nil }
        return reason.kind
    }

    @Test(
        "a refusal without words says so", arguments: ["", "  \r\n", #""""#, #"" ""#])
    func wordless(body: String) async throws {
        #expect(
            try await outcome(of: .text(body, status: 400)) == .refused(Refusal(status: 400, words: "no words")))
    }
}
