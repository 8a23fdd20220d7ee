import Testing

@testable import Simulator

@Suite("platform behaviour 6: threat intelligence")
struct ThreatIntelligenceTests {
    static let sha1 = String(repeating: "a", count: 40)
    static let md5 = String(repeating: "b", count: 32)
    static let scenario = """
        "reputations": [
            {"keys": ["\(sha1)", "\(md5)"], "type": "malware", "ttlMs": 5000, "link": "https://example"},
            {"key": "c2.example", "type": "sinkholed", "source": "VirusTotal", "firstSeen": 7, "cpId": 2,
             "cpType": "VIRUS_TOTAL"},
            {"key": "203.0.113.9", "type": "blacklist"}, {"key": "2001:db8::9", "type": "suspicious"},
            {"key": "gone.example", "missing": true}, {"key": "null.example", "null": true}
        ]
        """

    static func ask(_ bench: Bench, _ kind: String, _ keys: [Document]) async -> RawResponse {
        let items = keys.map { ["requestKey": $0] as Document }
        let body: Document = ["requestData": .array(items)]
        return await bench.intelligence.send(
            "POST", "/rest/classification_v1/\(kind)", headers: ["Content-Type": "application/json"],
            body: String(decoding: body.json, as: UTF8.self))
    }

    static func items(_ bench: Bench, _ kind: String, _ keys: [Document]) async throws -> [Document] {
        try await ask(bench, kind, keys).json()["classificationResponses"]?.items ?? []
    }

    static func type(_ item: Document?) -> String? {
        item?["aggregatedResult"]?["maliciousClassification"]?["type"]?.text
    }

    @Test("it answers on a port of its own, without a login")
    func ownPort() async throws {
        try await Bench.run("{\(Self.scenario)}", twoPorts: true) { bench async throws in
            #expect(bench.simulator.threatIntelligencePort != bench.simulator.consolePort)
            let items = try await Self.items(bench, "domain_batch", [["domain": "c2.example"]])
            #expect(Self.type(items.first) == "sinkholed")
            #expect(items.first?["cpType"] == "VIRUS_TOTAL" && items.first?["allowFurtherClassification"] == true)
            #expect(await bench.intelligence.send("GET", "/rest/ping").status == 405)
            let path = "/rest/classification_v1/domain_batch"
            #expect(await bench.console.send("POST", path, body: "{}").status == 302, "the console knows no such thing")
        }
        try await Bench.run("{\(Self.scenario)}") { bench async throws in
            #expect(
                Self.type(try await Self.items(bench, "domain_batch", [["domain": "c2.example"]]).first) == "sinkholed")
        }
    }

    @Test("a file's key comes back with both hashes, one of them null, whichever was asked for and in whatever case")
    func dualKeys() async throws {
        try await Bench.run("{\(Self.scenario)}", twoPorts: true) { bench async throws in
            let asked: [Document] = [["sha1": .string(Self.sha1.uppercased())], ["md5": .string(Self.md5)]]
            let items = try await Self.items(bench, "file_batch", asked)
            #expect(
                items.map { $0["requestKey"] } == [
                    ["sha1": .string(Self.sha1.uppercased()), "md5": nil], ["sha1": nil, "md5": .string(Self.md5)],
                ])
            #expect(items.map(Self.type) == ["malware", "malware"])
            #expect(items[0]["ttl"] == 5000)
            #expect(items[0]["allowFurtherClassification"] == nil)
        }
    }

    @Test("files go by MD5 and SHA-1 alone; nothing else is understood")
    func otherHashes() async throws {
        try await Bench.run("{\(Self.scenario)}") { bench async throws in
            let sha256 = Document.string(String(repeating: "c", count: 64))
            #expect(await Self.ask(bench, "file_batch", [["sha256": sha256]]).status == 400)
            #expect(await Self.ask(bench, "file_batch", [["sha1": sha256]]).status == 400)
            #expect(await Self.ask(bench, "no_batch", []).status == 404)
        }
    }

    @Test("addresses of both kinds, spelt Ipv4 and Ipv6; the type may be missing")
    func addresses() async throws {
        try await Bench.run("{\(Self.scenario)}") { bench async throws in
            let keys: [Document] = [
                ["ipAddress": "203.0.113.9", "addressType": "Ipv4"],
                ["ipAddress": "2001:db8::9", "addressType": "Ipv6"],
                ["ipAddress": "203.0.113.9"],
            ]
            let items = try await Self.items(bench, "ip_batch", keys)
            #expect(items.map { $0["requestKey"] } == keys)
            #expect(items.map(Self.type) == ["blacklist", "suspicious", "blacklist"])
            #expect(
                await Self.ask(bench, "ip_batch", [["ipAddress": "203.0.113.9", "addressType": "IPv4"]]).status == 400)
        }
    }

    @Test("items may be missing, empty, reordered and doubled")
    func unreliableLists() async throws {
        try await Bench.run("{\(Self.scenario)}") { bench async throws in
            let domains = ["c2.example", "gone.example", "null.example", "new.example"]
            let keys = domains.map { ["domain": .string($0)] as Document }
            func names() async throws -> [String] {
                try await Self.items(bench, "domain_batch", keys).compactMap { $0["requestKey"]?["domain"]?.text }
            }
            #expect(try await names() == ["c2.example", "null.example", "new.example"])
            let null = try await Self.items(bench, "domain_batch", [["domain": "null.example"]]).first
            #expect(null?["aggregatedResult"] == .null)
            await bench.fault(["fault": ["kind": "reorderedItems"]])
            #expect(try await names() == ["new.example", "null.example", "c2.example"])
            await bench.fault(["fault": ["kind": "missingItems", "keepPercent": 34]])
            #expect(try await names() == ["c2.example"])
            await bench.fault(["fault": ["kind": "duplicatedItems"]])
            #expect(try await names().count == 6)
        }
    }

    @Test("200 may carry a text in place of an answer")
    func textAnswer() async throws {
        try await Bench.run("{\(Self.scenario)}") { bench async throws in
            await bench.fault([
                "server": "threatIntelligence", "fault": ["kind": "textAnswer", "body": "Too busy"],
            ])
            let answer = await Self.ask(bench, "domain_batch", [["domain": "c2.example"]])
            #expect(answer.status == 200 && answer.text == "Too busy")
        }
    }

    @Test(
        "what is said of an indicator that nobody knows is a switch",
        arguments: [("unknown", "unknown"), ("no_type_found", "no_type_found"), ("indifferent", "indifferent")])
    func unknownItem(value: String, type: String) async throws {
        try await Bench.run(#"{"threatIntelligence": {"unknownItem": "\#(value)"}}"#) { bench async throws in
            #expect(Self.type(try await Self.items(bench, "domain_batch", [["domain": "x.example"]]).first) == type)
        }
    }

    @Test("an unknown indicator may also be left out, or have no result")
    func unknownItemLeftOut() async throws {
        try await Bench.run(#"{"threatIntelligence": {"unknownItem": "missing"}}"#) { bench async throws in
            #expect(try await Self.items(bench, "domain_batch", [["domain": "x.example"]]).isEmpty)
        }
        try await Bench.run(#"{"threatIntelligence": {"unknownItem": "null"}}"#) { bench async throws in
            let item = try await Self.items(bench, "domain_batch", [["domain": "x.example"]]).first
            #expect(item?["aggregatedResult"] == .null)
        }
    }

    @Test(
        "the unit of ttl is a switch",
        arguments: [("milliseconds", 5000), ("seconds", 5), ("epochMilliseconds", Bench.start + 5000)])
    func ttl(unit: String, value: Int64) async throws {
        try await Bench.run(#"{"threatIntelligence": {"ttlUnit": "\#(unit)"}, \#(Self.scenario)}"#) {
            bench async throws in
            let items = try await Self.items(bench, "file_batch", [["md5": .string(Self.md5)]])
            #expect(items.first?["ttl"]?.integer == value)
        }
    }

    @Test("a largest batch, its error and a quota are switches")
    func limits() async throws {
        let switches = #""maximumBatch": 1, "errorStatus": 413, "errorBody": "too many", "requestsPerMinute": 2"#
        try await Bench.run("{\"threatIntelligence\": {\(switches)}}") { bench async throws in
            let two: [Document] = [["domain": "a.example"], ["domain": "b.example"]]
            let refused = await Self.ask(bench, "domain_batch", two)
            #expect(refused.status == 413 && refused.text == "too many")
            #expect(await Self.ask(bench, "domain_batch", [two[0]]).status == 200)
            #expect(await Self.ask(bench, "domain_batch", [two[0]]).status == 429)
        }
    }
}
