import JSON
import Model
import Testing

/// What counts as an indicator, and the one spelling of each.
@Suite struct IndicatorTests {
    @Test(
        "A hash is told by its length",
        arguments: [
            (Samples.md5, "md5:\(Samples.md5)"), (Samples.sha1.uppercased(), "sha1:\(Samples.sha1)"),
            (String(repeating: "0", count: 32), "md5:" + String(repeating: "0", count: 32)),
        ])
    func hashes(row: (text: String, key: String)) {
        #expect(Indicator(hash: row.text)?.key == row.key)
    }

    @Test(
        "What is no MD5 and no SHA-1 is no indicator, a SHA-256 either",
        arguments: [
            "", "d41d8cd9", Samples.sha256, Samples.md5 + "0", String(Samples.md5.dropLast()) + "g",
            String(Samples.md5.dropLast()) + "ä", " " + String(Samples.md5.dropLast()),
            String(repeating: "٣", count: 16),
        ])
    func notHashes(text: String) {
        #expect(Indicator(hash: text) == nil)
    }

    @Test(
        "An address has one spelling",
        arguments: [
            ("203.0.113.7", "ipv4:203.0.113.7"), ("0.0.0.0", "ipv4:0.0.0.0"),
            ("255.255.255.255", "ipv4:255.255.255.255"), ("::1", "ipv6:::1"), ("0:0:0:0:0:0:0:1", "ipv6:::1"),
            ("2001:DB8::00A7", "ipv6:2001:db8::a7"), ("::", "ipv6:::"),
            ("::ffff:203.0.113.7", "ipv6:::ffff:203.0.113.7"),
        ])
    func addresses(row: (text: String, key: String)) {
        #expect(Indicator(address: row.text)?.key == row.key)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", ":", ":::", "1:2", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "+1.2.3.4", "1..3.4", "1.2.3.4 ",
            "01.2.3.4", "1.2.3.4:80", "[::1]", "::1%eth0", "2001:db8::7::1", "12345::", "localhost",
            "1.2.3.4\u{0}5", "１.2.3.4", "beef", "1:2:3:4:5:6:7:8:9",
        ])
    func notAddresses(text: String) {
        #expect(Indicator(address: text) == nil)
    }

    @Test("Upper and lower case are the same indicator")
    func spelling() {
        #expect(Indicator(.domain, "C2.Example") == Indicator(.domain, "c2.example"))
        #expect(Indicator(.sha1, Samples.sha1.uppercased()).value == Samples.sha1)
    }

    @Test(
        "A word of threat intelligence is read as the verdict that it stands for",
        arguments: [
            ("malware", Verdict.malicious), ("ransomware", .malicious), ("maltool", .malicious),
            ("blacklist", .malicious), ("av_detected", .malicious), ("suspicious", .suspicious),
            ("hacktool", .suspicious), ("unwanted", .suspicious), ("sinkholed", .suspicious),
            ("indifferent", .indifferent), ("whitelist", .indifferent), ("unknown", .unknown), ("", .unknown),
            ("RANSOMWARE", .malicious), ("Whitelist", .indifferent), ("brand_new_word", .unknown),
            ("not-checked", .unknown), ("malicious", .unknown),
        ])
    func words(row: (word: String, verdict: Verdict)) {
        #expect(Verdict(classification: row.word) == row.verdict)
    }

    @Test("The worse verdict has the higher severity, each its own")
    func severity() {
        let order: [Verdict] = [.malicious, .suspicious, .indifferent, .unknown, .notChecked]
        #expect(Verdict.allCases.sorted { $0.severity > $1.severity } == order)
        #expect(Set(Verdict.allCases.map(\.severity)).count == Verdict.allCases.count)
    }
}
