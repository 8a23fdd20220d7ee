import HTTPClient
import Testing

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(
        "A path segment stays one segment",
        arguments: [
            ("abc-._~09", "abc-._~09"), ("a/b?c#d", "a%2Fb%3Fc%23d"), ("a b+c&d=e", "a%20b%2Bc%26d%3De"),
            ("é€", "%C3%A9%E2%82%AC"), ("-1.11981928346", "-1.11981928346"), ("..", "%2E%2E"), (".", "%2E"), ("", ""),
            ("100%", "100%25"), ("a\r\n\0", "a%0D%0A%00"),
        ])
    func segments(text: String, encoded: String) {
        #expect(PercentEncoding.pathSegment(text) == encoded)
    }

    @Test(
        "A form field by the rules of the WHATWG",
        arguments: [
            ("a b", "a+b"), ("a+b", "a%2Bb"), ("*-._", "*-._"), ("~", "%7E"), ("p&=w", "p%26%3Dw"), ("ß", "%C3%9F"),
        ])
    func fields(text: String, encoded: String) {
        #expect(PercentEncoding.formField(text) == encoded)
    }

    @Test("A form is its fields in order")
    func form() {
        let body = PercentEncoding.form([("username", "a@b.c"), ("password", "x&y z")])
        #expect(String(decoding: body, as: UTF8.self) == "username=a%40b.c&password=x%26y+z")
    }
}
