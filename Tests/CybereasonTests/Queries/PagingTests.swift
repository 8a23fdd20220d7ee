import Testing

@testable import Cybereason

@Suite("Paging")
struct PagingTests {
    /// A console with rows `0..<total` that answers requests as real ones do.
    private struct Server {
        var total: Int
        var short = true
        var gives: Int?
        var hasToken = true
        var lost: Set<Int> = []

        func answer(_ request: Paging.Request) throws -> QueryAnswer {
            let size = min(request.pageSize, gives ?? .max)
            let start = (request.index ?? 0) * request.pageSize
            let length = request.token == nil && short && total > size ? max(1, size / 2) : size
            let rows = (start..<max(start, min(total, start + length))).filter { !lost.contains($0) }
            let map = rows.map { #""r\#($0)":{}"# }.joined(separator: ",")
            let token = hasToken && total > size ? #""T""# : "null"
            let limit = gives.map { #","queryLimits":{"totalResultLimit":\#($0)}"# } ?? ""
            let text =
                #"{"status":"SUCCESS","data":{"resultIdToElementDataMap":{\#(map)},"totalResults":\#(total),"#
                + #""totalPossibleResults":\#(total),"paginationToken":\#(token)\#(limit)}}"#
            return try QueryAnswer(Array(text.utf8))
        }
    }

    private func run(
        _ server: Server, pageSize: Int = 10, limit: Int = 1000
    ) throws -> (requests: [Paging.Request], rows: Int, verdict: Completeness) {
        var paging = Paging(pageSize: pageSize, limit: limit)
        var request = paging.first
        var requests: [Paging.Request] = []
        while requests.count < 100 {
            requests.append(request)
            switch paging.receive(try server.answer(request), to: request) {
            case .fetch(let next): request = next
            case .finished(let verdict): return (requests, paging.rows.count, verdict)
            }
        }
        throw ConsoleError(.notUnderstood, "paging does not end")
    }

    @Test("needs one request when everything fits")
    func onePage() throws {
        let result = try run(Server(total: 7))
        #expect(result.requests == [Paging.Request(index: nil, token: nil, pageSize: 10)])
        #expect(result.rows == 7)
        #expect(result.verdict == .whole)
    }

    @Test("asks for a short first page again with the token, and then for the others")
    func shortFirstPage() throws {
        let result = try run(Server(total: 25))
        #expect(result.requests.map(\.index) == [nil, 0, 1, 2])
        #expect(result.requests.map(\.token) == [nil, "T", "T", "T"])
        #expect(result.rows == 25)
        #expect(result.verdict == .whole)
    }

    @Test("does not ask for a full first page again")
    func fullFirstPage() throws {
        let result = try run(Server(total: 25, short: false))
        #expect(result.requests.map(\.index) == [nil, 1, 2])
        #expect(result.verdict == .whole)
    }

    @Test("ends at an exact multiple of the page size")
    func exactMultiple() throws {
        let result = try run(Server(total: 30))
        #expect(result.requests.map(\.index) == [nil, 0, 1, 2])
        #expect(result.verdict == .whole)
    }

    @Test("asks by number where no token is given")
    func noToken() throws {
        let result = try run(Server(total: 25, short: false, hasToken: false))
        #expect(result.requests.map(\.index) == [nil, 0, 1, 2])
        #expect(result.rows == 25)
        #expect(result.verdict == .whole)
    }

    @Test("takes smaller steps when the console applies a lower limit")
    func lowerLimit() throws {
        let result = try run(Server(total: 25, gives: 4))
        #expect(result.rows == 25)
        #expect(result.verdict == .whole)
        #expect(result.requests.dropFirst().allSatisfy { $0.pageSize == 4 })
    }

    @Test("is partial when rows are missing although every page came")
    func missingRows() throws {
        let result = try run(Server(total: 25, lost: [12, 13]))
        #expect(result.rows == 23)
        guard case .partial(let reason) = result.verdict else {
            Issue.record("taken for whole")
            return
        }
        #expect(reason.kind == .rowsMissing)
    }

    @Test("is partial when there are more rows than were asked for")
    func limit() throws {
        let result = try run(Server(total: 50), limit: 20)
        #expect(result.rows >= 20)
        #expect(!result.verdict.isWhole)
    }

    @Test("merges rows that come twice, and looks at the first page again when some are missing for them")
    func duplicates() throws {
        var paging = Paging(pageSize: 2, limit: 100)
        let steps: [(rows: [String], next: Int?)] = [(["a", "b"], 1), (["b", "c"], 0), (["a", "d"], nil)]
        var request = paging.first
        for (rows, next) in steps {
            let map = rows.map { #""\#($0)":{}"# }.joined(separator: ",")
            let text =
                #"{"status":"SUCCESS","data":{"resultIdToElementDataMap":{\#(map)},"totalResults":4,"#
                + #""paginationToken":"T"}}"#
            switch paging.receive(try QueryAnswer(Array(text.utf8)), to: request) {
            case .fetch(let following):
                #expect(following.index == next)
                request = following
            case .finished(let verdict):
                #expect(next == nil)
                #expect(verdict == .whole)
            }
        }
        #expect(paging.rows.map(\.guid) == ["a", "b", "c", "d"])
    }

    @Test("ends at an empty page, and is partial then")
    func emptyPage() throws {
        let result = try run(Server(total: 40, lost: Set(10..<40)))
        #expect(result.requests.map(\.index) == [nil, 0, 1])
        #expect(!result.verdict.isWhole)
    }
}
