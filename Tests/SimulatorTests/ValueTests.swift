import Testing

@testable import Simulator

@Suite("small values")
struct ValueTests {
    @Test("a document survives being written and read")
    func roundTrip() throws {
        let document: Document = [
            "null": nil, "flag": true, "number": -9_223_372_036_854_775_808, "fraction": 0.25,
            "text": "a\u{0}\"\\\n\u{1F600}", "list": [1, "2", [], [:]], "z": 1, "a": 2,
        ]
        #expect(try Document(json: document.json) == document)
        #expect(throws: (any Error).self) { try Document(json: Array("{".utf8)) }
    }

    @Test("members are set, replaced and removed in their place")
    func members() {
        var document: Document = ["a": 1, "b": 2]
        document["a"] = 3
        document["c"] = .null
        document["b"] = nil
        #expect(document == ["a": 3, "c": nil])
        document["c"]?["deep"] = 1
        #expect(document["c"] == .null, "null has no members")
        #expect(Document.array([1])["a"] == nil)
    }

    @Test(
        "dates of HTTP",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_782_399_000, "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_827_696_000, "Tue, 29 Feb 2000 12:34:56 GMT"), (1_795_342_245_999, "Sun, 22 Nov 2026 10:10:45 GMT"),
        ])
    func dates(milliseconds: Int64, text: String) {
        #expect(HTTPDate.string(milliseconds: milliseconds) == text)
    }

    @Test("forms and paths are decoded as they should")
    func decoding() {
        #expect(FormCoding.decode("a+b%2Bc%40%zz%+4%4") == "a b+c@%zz% 4%4")
        #expect(PathCoding.decode("a+b%40c%2Fd") == "a+b@c/d")
        #expect(Wildcard("/rest/*").matches("/rest/remediate/status/x"))
        #expect(!Wildcard("/rest/?").matches("/rest/ab"))
        #expect(Wildcard("").matches("") && !Wildcard("").matches("a") && Wildcard("**").matches(""))
    }

    @Test("cookies are found among others")
    func cookies() {
        let request = Request(
            method: "GET", path: "/", segments: [],
            headers: [("cookie", "a=b; JSESSIONID=ABC ;x"), ("cookie", "second=1")])
        #expect(request.cookie("JSESSIONID") == "ABC")
        #expect(request.cookie("second") == "1")
        #expect(request.cookie("third") == nil)
    }
}
