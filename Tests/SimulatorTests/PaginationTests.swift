import Testing

@testable import Simulator

@Suite("platform behaviour 4: pages")
struct PaginationTests {
    /// A scenario with that many malops.
    static func scenario(_ count: Int, _ switches: String = "") -> String {
        let malops = (1...count).map { #"{"id": "m\#($0)", "guid": "214.\#($0)"}"# }.joined(separator: ",")
        return #"{"console": {"query": {\#(switches)}}, "malops": [\#(malops)]}"#
    }

    struct Page {
        var rows: [String]
        var total: Int64?
        var token: String?
    }

    static func page(
        _ bench: Bench, _ session: String, size: Int64, number: Int64? = nil, token: String? = nil, skip: Int64? = nil
    ) async throws -> Page {
        var pagination: Document = ["pageSize": .integer(size)]
        if let skip { pagination["skip"] = .integer(skip) }
        if let token { pagination["paginationToken"] = .string(token) }
        let body = query("MalopDetectionEvents", more: ["query": ["pagination": pagination]])
        let parameters = number.map { "?page=\($0)&itemsPerPage=\(size)" } ?? ""
        let answer = await bench.post(
            "/rest/visualsearch/query/simple" + parameters, String(decoding: body.json, as: UTF8.self), session,
            headers: token.map { ["Pagination-Token": $0] } ?? [:])
        let document = try answer.json()
        return Page(
            rows: document["data"]?["guids"]?.items?.compactMap(\.text) ?? [],
            total: document["data"]?["totalResults"]?.integer, token: document["data"]?["paginationToken"]?.text)
    }

    @Test("what fits into one page has no token")
    func onePage() async throws {
        try await Bench.run(Self.scenario(3)) { bench async throws in
            let page = try await Self.page(bench, try await bench.login(), size: 10)
            #expect(page.rows.count == 3 && page.total == 3 && page.token == nil)
        }
    }

    @Test("the first page without a token is short; asked again with the token it is whole")
    func shortFirstPage() async throws {
        try await Bench.run(Self.scenario(10)) { bench async throws in
            let session = try await bench.login()
            let first = try await Self.page(bench, session, size: 4)
            let token = try #require(first.token)
            #expect(first.rows.count == 2 && first.total == 10)
            var all: [String] = []
            for number in 0..<3 as Range<Int64> {
                all += try await Self.page(bench, session, size: 4, number: number, token: token, skip: number * 4).rows
            }
            #expect(all == (1...10).map { "214.\($0)" })
        }
    }

    @Test("a last page that nothing is left for is empty")
    func emptyLastPage() async throws {
        try await Bench.run(Self.scenario(8, #""shortFirstPage": false"#)) { bench async throws in
            let session = try await bench.login()
            let first = try await Self.page(bench, session, size: 4)
            #expect(first.rows.count == 4)
            let last = try await Self.page(bench, session, size: 4, number: 2, token: first.token, skip: 8)
            #expect(last.rows.isEmpty && last.total == 8)
        }
    }

    @Test("without skip the page number of the query string counts; skip works without a token")
    func positions() async throws {
        try await Bench.run(Self.scenario(9)) { bench async throws in
            let session = try await bench.login()
            let token = try #require(try await Self.page(bench, session, size: 4).token)
            #expect(try await Self.page(bench, session, size: 4, number: 1, token: token).rows.first == "214.5")
            #expect(try await Self.page(bench, session, size: 4, skip: 6).rows.first == "214.7")
        }
    }

    @Test("the clamped limit also bounds a page, so that the echo and not the asked size is the stride")
    func clampedPage() async throws {
        try await Bench.run(Self.scenario(120)) { bench async throws in
            let session = try await bench.login()
            let token = try #require(try await Self.page(bench, session, size: 1000).token)
            let first = try await Self.page(bench, session, size: 1000, number: 0, token: token, skip: 0)
            #expect(first.rows.count == 100 && first.total == 120)
            #expect(
                try await Self.page(bench, session, size: 1000, number: 1, token: token, skip: 100).rows.count == 20)
        }
        try await Bench.run(Self.scenario(120, #""capScope": "result", "totalResultLimitCap": 50"#)) {
            bench async throws in
            let page = try await Self.page(bench, try await bench.login(), size: 1000)
            #expect(page.rows.count == 50 && page.total == 50 && page.token == nil)
        }
    }

    @Test("data that changes between pages shows, unless pages are frozen", arguments: [false, true])
    func changingData(frozen: Bool) async throws {
        try await Bench.run(Self.scenario(6, #""frozenPages": \#(frozen)"#)) { bench async throws in
            let session = try await bench.login()
            let token = try #require(try await Self.page(bench, session, size: 5).token)
            let added: Document = ["malops": [["id": "late", "guid": "214.99"]]]
            #expect(await bench.admin("POST", "scenario", added).status == 200)
            let last = try await Self.page(bench, session, size: 5, number: 1, token: token, skip: 5)
            #expect(last.rows == (frozen ? ["214.6"] : ["214.6", "214.99"]))
            #expect(last.total == (frozen ? 6 : 7))
        }
    }

    @Test("rows may come twice")
    func repeatedRows() async throws {
        try await Bench.run(Self.scenario(6, #""repeatedRows": 1"#)) { bench async throws in
            let session = try await bench.login()
            let token = try #require(try await Self.page(bench, session, size: 3).token)
            let second = try await Self.page(bench, session, size: 3, number: 1, token: token, skip: 3)
            #expect(second.rows == ["214.3", "214.4", "214.5", "214.6"])
        }
    }

    @Test("a token is good for its lifetime, and an unknown one never is")
    func tokenLifetime() async throws {
        try await Bench.run(Self.scenario(6, #""tokenLifetimeMs": 1000"#)) { bench async throws in
            let session = try await bench.login()
            let token = try #require(try await Self.page(bench, session, size: 3).token)
            #expect(try await Self.page(bench, session, size: 3, token: "made up").total == nil)
            bench.wait(ms: 999)
            #expect(try await Self.page(bench, session, size: 3, token: token).total == 6)
            bench.wait(ms: 1)
            #expect(try await Self.page(bench, session, size: 3, token: token).total == nil)
        }
    }

    @Test("a legacy console knows no pages")
    func legacy() async throws {
        try await Bench.run(Self.scenario(6, #""envelope": "legacy""#)) { bench async throws in
            let session = try await bench.login()
            let body = query("MalopDetectionEvents", more: ["query": ["pagination": ["pageSize": 2]]])
            #expect(try await bench.search(body, session).rows.count == 6)
        }
    }
}
