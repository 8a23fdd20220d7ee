import HTTPClient
import HTTPServer
import JSON
import Testing

@testable import Cybereason

@Suite("The threat-intelligence client")
struct ThreatIntelligenceTests {
    private static let file = "/rest/classification_v1/file_batch"
    private static let domain = "/rest/classification_v1/domain_batch"
    private static let address = "/rest/classification_v1/ip_batch"
    private static let md5 = Indicator.md5("92f44e405db16ac55d97e3bfe3b132fa")

    private func withServer(
        _ change: (inout ThreatIntelligenceSettings) -> Void = { _ in },
        _ test: (ScriptedConsole, ThreatIntelligenceClient) async throws -> Void
    ) async throws {
        try await withConsole { console, _ in
            let http = try HTTPClient(HTTPClientConfiguration())
            var settings = try ThreatIntelligenceSettings(baseURL: console.url)
            settings.resilience.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(5))
            change(&settings)
            do {
                try await test(console, ThreatIntelligenceClient(settings, http: http))
            } catch {
                Issue.record(error)
            }
            await http.shutdown()
        }
    }

    private func classification(_ result: ClassificationResult?) -> Classification? {
        if case .classified(let found) = result { found } else { nil }
    }

    @Test("sends the tutorials' requests, understands their answers, and never logs in")
    func tutorials() async throws {
        try await withServer { console, client in
            console.on(Self.file, .json(Tutorials.fileAnswer))
            console.on(Self.domain, .json(Tutorials.domainAnswer))
            console.on(Self.address, .json(Tutorials.addressAnswer))
            let domain = Indicator.domain("www.cybereason.com")
            let address = Indicator.ipv4("12.34.56.78")
            let results = await client.classify([Self.md5, domain, address])
            #expect(console.seen(Self.file).map(\.text) == [compact(Tutorials.fileRequest)])
            #expect(console.seen(Self.domain).map(\.text) == [compact(Tutorials.domainRequest)])
            #expect(console.seen(Self.address).map(\.text) == [compact(Tutorials.addressRequest)])
            let file = try #require(classification(results[Self.md5]))
            #expect(file.type == "indifferent")
            #expect(file.productType == "SHELL")
            #expect(file.timeToLive == .milliseconds(62_957_583))
            let name = try #require(classification(results[domain]))
            #expect(name.source == "VirusTotal")
            #expect(name.firstSeen?.milliseconds == 1_481_719_121_821)
            // The tutorial asks for one address and shows the answer for another: not an answer to what was asked.
            #expect(results[address] == .noAnswer)
            #expect(console.seen.allSatisfy { $0.headers.first("Cookie") == nil })
            #expect(console.logins == 0)
        }
    }

    @Test("asks in batches, each indicator once, and a batch that fails leaves the others as they are")
    func batches() async throws {
        try await withServer {
            $0.batchSize = 2
            $0.resilience.concurrency[.reputation] = 1
        } _: { console, client in
            console.on(Self.domain) { request, _ in
                if request.text.contains("d3.example") { return .text("no", status: 400) }
                return .json(#"{"classificationResponses":[]}"#)
            }
            let domains = [1, 2, 3, 4, 5, 1, 5].map { Indicator.domain("d\($0).example") }
            let results = await client.classify(domains)
            #expect(console.seen(Self.domain).count == 3)
            #expect(results.count == 5)
            #expect(results[.domain("d1.example")] == .noAnswer)
            guard case .failed(let error) = results[.domain("d4.example")] else {
                Issue.record("not failed")
                return
            }
            #expect(error.kind == .rejected)
            #expect(results[.domain("d5.example")] == .noAnswer)
        }
    }

    @Test(
        "an error is never no answer",
        arguments: [
            (ServerResponse.text("quota exceeded"), ConsoleError.Kind.notUnderstood), (.json("{}"), .notUnderstood),
            (.html("<html>maintenance</html>"), .notUnderstood), (.text("no", status: 500), .unavailable),
            (.text("no", status: 403), .forbidden), (.redirect(to: "/login.html"), .notUnderstood),
        ])
    func errors(response: ServerResponse, kind: ConsoleError.Kind) async throws {
        try await withServer { console, client in
            console.on(Self.file, response)
            guard case .failed(let error) = await client.classify([Self.md5])[Self.md5] else {
                Issue.record("not failed")
                return
            }
            #expect(error.kind == kind)
        }
    }

    @Test("repeats what may pass")
    func retries() async throws {
        try await withServer { console, client in
            console.on(Self.file, .text("no", status: 503), .cut(), .json(Tutorials.fileAnswer))
            #expect(classification(await client.classify([Self.md5])[Self.md5])?.type == "indifferent")
            #expect(console.seen(Self.file).count == 3)
        }
    }
}
