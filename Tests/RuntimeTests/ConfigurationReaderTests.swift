import Runtime
import Testing

@Suite("Configuration")
struct ConfigurationReaderTests {
    enum Mode: String, CaseIterable, Sendable { case observe, enforce }

    /// What reading one key gives: the value, and the problems.
    private func read<Value>(
        _ text: String?, _ type: ConfigurationType<Value>, default value: Value? = nil
    ) -> (value: Value, problems: [String]) {
        var reader = ConfigurationReader(environment: text.map { ["KEY": $0] } ?? [:])
        let value = reader.value("KEY", "A key", type, default: value)
        do {
            try reader.finish()
            return (value, [])
        } catch {
            return (value, error.problems)
        }
    }

    private func check<Value: Equatable>(_ text: String, _ type: ConfigurationType<Value>, _ expected: Value?) {
        let (value, problems) = read(text, type)
        if let expected {
            #expect(value == expected && problems.isEmpty, "\(text)")
        } else {
            #expect(problems.count == 1, "\(text)")
            #expect(problems.first?.contains(type.allowed) == true, "\(text)")
        }
    }

    @Test(
        "whole numbers within their range",
        arguments: [
            ("1", 1), ("10", 10), ("007", 7), ("0", nil), ("11", nil), ("+5", nil), ("-1", nil), ("5.0", nil),
            (" 5", nil), ("five", nil), ("5ms", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func int(_ text: String, _ expected: Int?) { check(text, .int(in: 1...10), expected) }

    @Test(
        "durations in milliseconds",
        arguments: [("1000", .seconds(1)), ("0", nil), ("60001", nil), ("1s", nil), ("1.5", nil)]
            as [(String, Duration?)])
    func duration(_ text: String, _ expected: Duration?) {
        check(text, .milliseconds(in: .milliseconds(1) ... .seconds(60)), expected)
    }

    @Test(
        "truth in several words",
        arguments: [
            ("true", true), ("ON", true), ("yes", true), ("1", true), ("false", false), ("Off", false), ("no", false),
            ("0", false), ("2", nil), ("enabled", nil),
        ] as [(String, Bool?)])
    func bool(_ text: String, _ expected: Bool?) { check(text, .bool, expected) }

    @Test(
        "one of an enumeration's words",
        arguments: [("observe", .observe), ("Observe", nil), ("block", nil)] as [(String, Mode?)])
    func choice(_ text: String, _ expected: Mode?) { check(text, .choice(placeholder: .observe), expected) }

    @Test(
        "lists",
        arguments: [("a", ["a"]), ("a, b ,c", ["a", "b", "c"]), ("a,,b", nil), (",", nil), ("a,", nil)]
            as [(String, [String]?)])
    func list(_ text: String, _ expected: [String]?) { check(text, .list, expected) }

    @Test(
        "addresses of servers",
        arguments: [
            ("https://console.example.com", "https://console.example.com"),
            ("https://console.example.com:8443/", "https://console.example.com:8443"),
            ("HTTP://Host/base/path//", "http://Host/base/path"), ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://127.0.0.1:1", "http://127.0.0.1:1"), ("console.example.com", nil), ("ftp://host", nil),
            ("https://", nil), ("https:///path", nil), ("https://host:0", nil), ("https://host:65536", nil),
            ("https://host:", nil), ("https://host:8x", nil), ("https://a:b:c", nil), ("https://host/?q=1", nil),
            ("https://host/#f", nil), ("https://ho st", nil), ("https://host\n", nil), ("https://[::1", nil),
            ("https://[::1]x", nil), ("https:/host/x", nil), ("https://héllo", nil),
        ] as [(String, String?)])
    func url(_ text: String, _ expected: String?) { check(text, .url, expected) }

    @Test("an address with a password in it is refused without being shown")
    func urlWithCredentials() throws {
        let problem = try #require(read("https://user:hunter2@host", .url).problems.first)
        #expect(!problem.contains("hunter2"))
        #expect(problem.contains("without user, password"))
    }

    @Test("what is not set, or set to nothing, has its default", arguments: [nil, ""])
    func defaults(_ text: String?) {
        #expect(read(text, .int(in: 1...10), default: 3).value == 3)
        #expect(read(text, .int(in: 1...10), default: 3).problems.isEmpty)
        let state = text == nil ? "is not set" : "is set to nothing, which counts as not set"
        #expect(read(text, .string).problems == ["KEY: \(state); it is: A key. Set it. Allowed: text"])
    }

    @Test("all problems are told at once, each with key, value, source and what is allowed")
    func allProblems() {
        var reader = ConfigurationReader(
            environment: ["A_PORT": "99999", "B_MODE": "block", "C_MS": "soon"], strictPrefixes: ["C_"])
        _ = reader.port("A_PORT", "A port", default: 1)
        _ = reader.choice("B_MODE", "A mode", default: Mode.observe)
        _ = reader.duration("C_MS", "A time", in: .zero ... .seconds(1))
        _ = reader.string("D", "A text")
        reader.problem("E", "does not go with D")
        let error = #expect(throws: ConfigurationError.self) { try reader.finish() }
        #expect(
            error?.description == """
                configuration: 5 problems
                  A_PORT: '99999' (from the environment) is not allowed. Allowed: a whole number, 0 to 65535
                  B_MODE: 'block' (from the environment) is not allowed. Allowed: one of observe, enforce
                  C_MS: 'soon' (from the environment) is not allowed. Allowed: milliseconds, 0 to 1000
                  D: is not set; it is: A text. Set it. Allowed: text
                  E: does not go with D
                """)
    }

    @Test("a refused value is shown on one line, and cut")
    func printable() throws {
        let problem = try #require(read("a\nb" + String(repeating: "x", count: 500), .int(in: 1...2)).problems.first)
        #expect(problem.contains("a\\u{a}b"))
        #expect(problem.contains("x…'"))
        #expect(problem.count < 300)
    }

    @Test("an optional setting that is not there is nil, and a wrong one is a problem")
    func optional() {
        var reader = ConfigurationReader(environment: ["B": "x"])
        #expect(reader.optional("A", "A number", .int(in: 1...2)) == nil)
        #expect(reader.problems.isEmpty)
        #expect(reader.optional("B", "A number", .int(in: 1...2)) == nil)
        #expect(reader.problems.count == 1)
    }
}
