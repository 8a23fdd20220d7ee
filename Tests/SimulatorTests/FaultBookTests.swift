import Testing

@testable import Simulator

@Suite("fault rules by values")
struct FaultBookTests {
    static func book(_ rules: Document, at now: Int64 = 0) throws -> FaultBook {
        var book = FaultBook()
        book.replace(try FaultRule.rules(["rules": rules]), now: now)
        return book
    }

    static func request(_ path: String = "/rest/ping", method: String = "GET", server: ServerRole = .console) -> Request
    {
        Request(server: server, method: method, path: path, segments: path.split(separator: "/").map(String.init))
    }

    static func struck(_ book: inout FaultBook, _ count: Int, now: Int64 = 0) -> [Bool] {
        (0..<count).map { _ in book.strike(request(), now: now) != nil }
    }

    @Test("a rule looks at server, method and path")
    func matching() throws {
        let rule: Document = [
            "server": "console", "method": "POST", "path": "/rest/remediate*", "fault": ["kind": "cut"],
        ]
        var book = try Self.book([rule])
        #expect(book.strike(Self.request("/rest/remediate", method: "POST"), now: 0)?.kind == .cut)
        #expect(book.strike(Self.request("/rest/remediate/abort/a/b", method: "POST"), now: 0)?.kind == .cut)
        #expect(book.strike(Self.request("/rest/remediate"), now: 0) == nil)
        #expect(book.strike(Self.request("/rest/ping", method: "POST"), now: 0) == nil)
        let other = Self.request("/rest/remediate", method: "POST", server: .threatIntelligence)
        #expect(book.strike(other, now: 0) == nil)
    }

    @Test("nth picks requests by their number, count bounds how often it strikes")
    func numbers() throws {
        var nth = try Self.book([["nth": [2, 4], "fault": ["kind": "cut"]]])
        #expect(Self.struck(&nth, 5) == [false, true, false, true, false])
        var count = try Self.book([["count": 2, "fault": ["kind": "cut"]]])
        #expect(Self.struck(&count, 4) == [true, true, false, false])
    }

    @Test("a window is counted from when the rules were set")
    func window() throws {
        var book = try Self.book([["fromMs": 100, "untilMs": 200, "fault": ["kind": "cut"]]], at: 1000)
        #expect(
            [1099, 1100, 1199, 1200].map { book.strike(Self.request(), now: $0) != nil } == [false, true, true, false])
    }

    @Test("chance follows the seed: the same requests are struck again, and about as many as asked for")
    func probability() throws {
        let rule: Document = ["probability": 0.25, "seed": 42, "fault": ["kind": "cut"]]
        var first = try Self.book([rule])
        var second = try Self.book([rule])
        let struck = Self.struck(&first, 1000)
        #expect(struck == Self.struck(&second, 1000))
        #expect((180...320).contains(struck.count { $0 }))
    }

    @Test("the first rule that applies wins, and all count what they match")
    func order() throws {
        var book = try Self.book([
            ["name": "once", "count": 1, "fault": ["kind": "cut"]], ["name": "always", "fault": ["kind": "html"]],
        ])
        #expect(book.strike(Self.request(), now: 0)?.kind == .cut)
        #expect(book.strike(Self.request(), now: 0)?.kind == .html)
        let shown = book.document["rules"]?.items ?? []
        #expect(shown.map { $0["matched"]?.integer } == [2, 2])
        #expect(shown.map { $0["struck"]?.integer } == [1, 1])
    }

    @Test(
        "a rule that makes no sense is refused with what is wrong",
        arguments: [
            (#"{"rules": [{"fault": {"kind": "explode"}}]}"#, "rules[0].fault.kind"),
            (#"{"rules": [{"fault": {"kind": "cut"}, "paht": "/x"}]}"#, "rules[0].paht"),
            (#"{"rules": [{"probability": 2, "fault": {"kind": "cut"}}]}"#, "rules[0].probability"),
            (#"{"rules": [{"server": "both", "fault": {"kind": "cut"}}]}"#, "rules[0].server"),
        ])
    func refusals(text: String, path: String) throws {
        let document = try Document(json: Array(text.utf8))
        let error = #expect(throws: ScenarioError.self) { try FaultRule.rules(document) }
        #expect(error?.path == path)
    }

    @Test("which kinds are carried out although they fail")
    func carriesOut() {
        #expect(!Fault(kind: .cut).carriesOut)
        #expect(Fault(kind: .cut, phase: .after).carriesOut)
        #expect(!Fault(kind: .status).carriesOut)
        #expect(Fault(kind: .slow).carriesOut)
        #expect(Fault(kind: .truncated).carriesOut)
        #expect(!Fault(kind: .expiredSession, phase: .after).carriesOut)
    }
}
