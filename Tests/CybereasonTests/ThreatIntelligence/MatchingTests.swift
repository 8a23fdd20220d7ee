import Testing

@testable import Cybereason

@Suite("Matching threat-intelligence answers")
struct MatchingTests {
    private static let md5 = Indicator.md5("92f44e405db16ac55d97e3bfe3b132fa")
    private static let sha1 = Indicator.sha1("da39a3ee5e6b4b0d3255bfef95601890afd80709")

    private static func item(_ key: String, _ type: String = "malware", more: String = "") -> String {
        #"{"requestKey":\#(key),"aggregatedResult":{"maliciousClassification":{"type":"\#(type)"}}\#(more)}"#
    }

    private func read(_ items: [String], asked: [Indicator]) throws -> [Indicator: Classification] {
        let text = #"{"classificationResponses":[\#(items.joined(separator: ","))]}"#
        return try ClassificationRequest.read(Array(text.utf8), asked: asked, ThreatIntelligenceSettings())
    }

    @Test(
        "finds a hash by either of the two that are repeated, without regard to case",
        arguments: [
            (#"{"sha1":null,"md5":"92f44e405db16ac55d97e3bfe3b132fa"}"#, md5),
            (#"{"md5":"92F44E405DB16AC55D97E3BFE3B132FA"}"#, md5),
            (#"{"sha1":"DA39A3EE5E6B4B0D3255BFEF95601890AFD80709","md5":null}"#, sha1),
            (#"{"sha1":"da39a3ee5e6b4b0d3255bfef95601890afd80709","md5":"92f44e405db16ac55d97e3bfe3b132fa"}"#, md5),
            (#"{"domain":"WWW.Example.com."}"#, .domain("www.example.com")),
            (#"{"ipAddress":"1.2.3.4","addressType":"Ipv4"}"#, .ipv4("1.2.3.4")),
            (#"{"ipAddress":"1.2.3.4"}"#, .ipv4("1.2.3.4")),
            (#"{"ipAddress":"2001:DB8:0:0:0:0:0:1","addressType":"Ipv6"}"#, .ipv6("2001:db8::1")),
        ])
    func keys(key: String, indicator: Indicator) throws {
        #expect(try read([Self.item(key)], asked: [indicator])[indicator]?.type == "malware")
    }

    @Test("goes by key, not by place: missing, repeated, reordered and unasked items do no harm")
    func order() throws {
        let asked: [Indicator] = [.domain("a.example"), .domain("b.example"), .domain("c.example")]
        let items = [
            Self.item(#"{"domain":"c.example"}"#, "suspicious"), Self.item(#"{"domain":"stranger.example"}"#),
            Self.item(#"{"domain":"a.example"}"#, "indifferent"), Self.item(#"{"domain":"c.example"}"#, "whitelist"),
        ]
        let found = try read(items, asked: asked)
        #expect(found.mapValues(\.type) == [asked[2]: "suspicious", asked[0]: "indifferent"])
    }

    @Test(
        "an item without a classification is no answer",
        arguments: [
            "null", "{}", "7", #"{"requestKey":null}"#, #"{"requestKey":{"domain":"a.example"}}"#,
            #"{"requestKey":{"domain":"a.example"},"aggregatedResult":null}"#,
            #"{"requestKey":{"domain":"a.example"},"aggregatedResult":{"maliciousClassification":null}}"#,
            #"{"requestKey":{"domain":"a.example"},"aggregatedResult":{"maliciousClassification":{"type":null}}}"#,
            #"{"requestKey":{"domain":"a.example"},"aggregatedResult":{"maliciousClassification":{"type":""}}}"#,
            #"{"requestKey":{"domain":null},"aggregatedResult":{"maliciousClassification":{"type":"malware"}}}"#,
        ])
    func noClassification(item: String) throws {
        #expect(try read([item], asked: [.domain("a.example")]).isEmpty)
    }

    @Test(
        "an answer that is none is an error",
        arguments: [
            "", "quota exceeded", "null", "[]", "{}", #"{"classificationResponses":null}"#,
            #"{"classificationResponses":{}}"#, #"{"message":"error"}"#,
        ])
    func notUnderstood(text: String) {
        #expect(throws: ConsoleError.self) {
            try ClassificationRequest.read(Array(text.utf8), asked: [Self.md5], ThreatIntelligenceSettings())
        }
    }

    @Test(
        "keeps times to live within bounds",
        arguments: [
            (#","ttl":62957583"#, 62_957_583), (#","ttl":1"#, 60_000), (#","ttl":99999999999999"#, 604_800_000),
            (#","ttl":null"#, 3_600_000), ("", 3_600_000), (#","ttl":0"#, 3_600_000), (#","ttl":-5"#, 3_600_000),
            (#","ttl":"62957583""#, 62_957_583),
        ])
    func timeToLive(more: String, milliseconds: Int64) throws {
        let found = try read(
            [Self.item(#"{"md5":"92f44e405db16ac55d97e3bfe3b132fa"}"#, more: more)], asked: [Self.md5])
        #expect(found[Self.md5]?.timeToLive == .milliseconds(milliseconds))
    }

    @Test("an indicator has one spelling, and what is none is refused")
    func indicators() {
        #expect(Indicator.hash("92F44E405DB16AC55D97E3BFE3B132FA") == Self.md5)
        #expect(Indicator.hash(String(repeating: "a", count: 64)) == nil)
        #expect(Indicator.hash(String(repeating: "g", count: 32)) == nil)
        #expect(Indicator.domainName("Example.COM.") == .domain("example.com"))
        for text in ["", "localhost", "a..b", "1.2.3.4", "a b.c", ".a", "a.", String(repeating: "a", count: 64) + ".b"]
        {
            #expect(Indicator.domainName(text) == nil, "\(text)")
        }
        let addresses: [(String, Indicator?)] = [
            ("12.34.56.78", .ipv4("12.34.56.78")), ("1.2.3", nil), ("1.2.3.256", nil), ("01.2.3.4", nil),
            ("::1", .ipv6("::1")), ("::", .ipv6("::")), ("1::", .ipv6("1::")),
            ("2001:0db8:0000:0000:0001:0000:0000:0001", .ipv6("2001:db8::1:0:0:1")),
            ("::ffff:1.2.3.4", .ipv6("::ffff:102:304")), ("1:2:3:4:5:6:7:8", .ipv6("1:2:3:4:5:6:7:8")),
            ("1:2:3:4:5:6:7::", .ipv6("1:2:3:4:5:6:7:0")), ("1:2:3:4:5:6:7:8::", nil), ("1::2::3", nil), (":1", nil),
            ("12345::", nil), ("g::", nil), ("fe80::1%eth0", nil), ("", nil),
        ]
        for (text, expected) in addresses { #expect(Indicator.address(text) == expected, "\(text)") }
    }
}
