import HTTPClient
import Testing

@Suite("Settings of a client")
struct ConfigurationTests {
    private func problem(_ configuration: HTTPClientConfiguration) -> String? {
        do {
            _ = try HTTPClient(configuration)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("A wrong setting is named, a secret is not")
    func wrongSettings() {
        #expect(problem(HTTPClientConfiguration(caFile: "/nowhere"))?.hasPrefix("caFile") == true)
        #expect(problem(HTTPClientConfiguration(clientCertificateFile: "/dev/null"))?.contains("clientKeyFile") == true)
        #expect(problem(HTTPClientConfiguration(maxConnections: 0))?.hasPrefix("maxConnections") == true)
        #expect(problem(HTTPClientConfiguration(userAgent: "a\r\nb"))?.hasPrefix("userAgent") == true)
        let proxy = problem(HTTPClientConfiguration(proxy: "ftp://user:secret@proxy/"))
        #expect(proxy?.hasPrefix("proxy") == true)
        #expect(proxy?.contains("secret") == false)
    }

    @Test("Good settings make a client")
    func goodSettings() {
        #expect(problem(HTTPClientConfiguration()) == nil)
        #expect(problem(HTTPClientConfiguration(proxy: "socks5h://127.0.0.1:1080")) == nil)
    }
}
