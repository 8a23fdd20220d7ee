import HTTPClient
import Testing

@Suite("TLS", .timeLimit(.minutes(1)))
struct TLSTests {
    @Test("A self-signed certificate is refused by default and trusted when named, and only for its own names")
    func trust() async throws {
        let server = await TLSServer.start()
        try await withClient { client in
            let failure = try await client.failure(post(server.url))
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .tls)
        }
        try await withClient(HTTPClientConfiguration(caFile: server.certificate)) { client in
            let status = try await client.send(get(server.url)).status
            #expect(status == 200)
            let failure = try await client.failure(post("https://localhost:\(server.port)/"))
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .tls)
        }
        await server.stop()
    }

    @Test("A server that does not speak TLS")
    func garbage() async throws {
        try await withServer(HTTPClientConfiguration(), .garbage) { client, server in
            let failure = try await client.failure(post(server.url("/ok", scheme: "https")))
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .tls)
        }
    }

    @Test("A client certificate is shown; without one the request may already be on its way")
    func clientCertificate() async throws {
        let server = await TLSServer.start(asksForCertificate: true)
        let named = HTTPClientConfiguration(
            caFile: server.certificate, clientCertificateFile: server.certificate, clientKeyFile: server.key)
        try await withClient(named) { client in
            let status = try await client.send(get(server.url)).status
            #expect(status == 200)
        }
        try await withClient(HTTPClientConfiguration(caFile: server.certificate)) { client in
            let failure = try await client.failure(post(server.url))
            #expect(failure.delivery == .mayHaveBeenReceived)
        }
        await server.stop()
    }

    @Test("Through a proxy's tunnel the status is the server's own")
    func tunnel() async throws {
        let proxy = FaultServer()
        try await withClient(HTTPClientConfiguration(proxy: proxy.url(""))) { client in
            let status = try await client.send(post("http://console.invalid/status/503")).status
            #expect(status == 503)
            #expect(proxy.counts.executed == ["a": 1])
        }
        await proxy.stop()
    }
}
