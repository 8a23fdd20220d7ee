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

    @Test("A proxy's password is in no description")
    func description() {
        let configuration = HTTPClientConfiguration(
            caFile: "/etc/ca.pem", proxy: "http://user:hunter2@proxy.local:3128", userAgent: "agent")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2") && !text.contains("user:"), "\(text)")
            #expect(text.contains("caFile=/etc/ca.pem proxy=[secret]") && text.contains("userAgent=agent"), "\(text)")
        }
        let open = HTTPClientConfiguration(proxy: "http://proxy.local:3128")
        #expect("\(open)".contains("proxy=http://proxy.local:3128"))
    }

    @Test("Good settings make a client")
    func goodSettings() {
        #expect(problem(HTTPClientConfiguration()) == nil)
        #expect(problem(HTTPClientConfiguration(proxy: "socks5h://127.0.0.1:1080")) == nil)
    }
}
