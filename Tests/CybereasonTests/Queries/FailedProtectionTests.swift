import HTTPServer
import JSON
import Testing

@testable import Cybereason

@Suite("The failed-protection query")
struct FailedProtectionTests {
    private static let query = "/rest/visualsearch/query/simple"

    @Test("asks for later pages with token, header, page and skip")
    func pages() async throws {
        try await withConsole {
            $0.pageSize = 2
        } _: { console, client in
            console.on(Self.query) { request, _ in .json(SessionTests.page(of: request, total: 4)) }
            let answer = try await client.failedProtections()
            let requests = console.seen(Self.query)
            #expect(
                requests.map(\.target) == [
                    Self.query, Self.query + "?page=0&itemsPerPage=2", Self.query + "?page=1&itemsPerPage=2",
                ])
            #expect(requests.map { $0.headers.first("Pagination-Token") } == [nil, "T/1", "T/1"])
            #expect(
                requests[2].text.contains(#""pagination":{"pageSize":2,"page":2,"paginationToken":"T/1","skip":2}"#))
            #expect(answer.rows.count == 4)
            #expect(answer.pages == 3)
        }
    }

    @Test("restricts to a time when asked to")
    func since() async throws {
        try await withConsole { console, client in
            console.on(Self.query, .json(Tutorials.failedProtectionAnswer))
            _ = try await client.failedProtections(
                FailedProtectionQuery(since: Timestamp(milliseconds: 1_700_000_000_000)))
            let text = console.seen(Self.query)[0].text
            #expect(text.contains(#""timeRange":{"startTime":1700000000000,"endTime":"#))
        }
    }

    @Test("a partial answer is never taken for a whole one", arguments: partialAnswers)
    func partial(answer: String, kind: PartialReason.Kind, rows: Int) async throws {
        try await withConsole { console, client in
            console.on(Self.query, .json(answer))
            let found = try await client.failedProtections()
            #expect(found.rows.count == rows)
            guard case .partial(let reason) = found.completeness else {
                Issue.record("taken for whole")
                return
            }
            #expect(reason.kind == kind)
        }
    }

    private static let rows = #""resultIdToElementDataMap":{"a":{},"b":{}}"#

    static let partialAnswers: [(String, PartialReason.Kind, Int)] = [
        (#"{"status":"PARTIAL_SUCCESS","data":{\#(rows),"totalResults":2}}"#, .partialSuccess, 2),
        (
            #"{"data":{"resultIdToElementDataMap":{},"pathResultCounts":null,"queryTerminated":false},"#
                + #""status":"PARTIAL_SUCCESS","message":"Received Non-OK status code HTTP/1.1 408 Request Timeout"}"#,
            .timeout, 0
        ),
        (
            #"{"status":"FAILURE","message":"Failed to get data! Status: PARTIAL_SUCCESS, [{https://h:8443/t:"#
                + #"javax.ws.rs.InternalServerErrorException: HTTP 500 }]","expectedResults":0,"failures":0}"#,
            .failure, 0
        ),
        (#"{"status":"FAILURE","data":{\#(rows)}}"#, .failure, 2),
        (#"{"status":"TIMEOUT_ERROR","data":null}"#, .timeout, 0),
        (#"{"status":"QUERY_LIMIT_CROSSED","data":{\#(rows)}}"#, .limitCrossed, 2),
        (#"{"status":"NO_SERVERS_CONFIGURED"}"#, .noServers, 0),
        (#"{"status":"SOMETHING_NEW","data":{\#(rows)}}"#, .unknownStatus, 2),
        (#"{"data":{\#(rows)}}"#, .unknownStatus, 2),
        (#"{"status":"SUCCESS","data":null}"#, .noData, 0),
        (#"{"status":"SUCCESS"}"#, .noData, 0),
        (#"{"status":"SUCCESS","data":{"resultIdToElementDataMap":null}}"#, .noData, 0),
        (#"{"status":"SUCCESS","data":{"resultIdToElementDataMap":[]}}"#, .noData, 0),
        (#"{"status":"SUCCESS","data":{\#(rows),"queryTerminated":true,"totalResults":2}}"#, .terminated, 2),
        (#"{"status":"SUCCESS","data":{\#(rows),"totalResults":3,"paginationToken":null}}"#, .rowsMissing, 2),
        (#"{"status":"SUCCESS","data":{\#(rows),"totalResults":2,"totalPossibleResults":9}}"#, .rowsMissing, 2),
        (#"{"status":"SUCCESS","data":{\#(rows),"queryLimits":{"totalResultLimit":2}}}"#, .rowsMissing, 2),
    ]

    @Test("a page that does not come makes the answer partial and keeps the rows")
    func lostPage() async throws {
        try await withConsole {
            $0.pageSize = 2
        } _: { console, client in
            console.on(Self.query) { request, count in
                count < 3 ? .json(SessionTests.page(of: request, total: 6)) : .text("no", status: 500)
            }
            let answer = try await client.failedProtections()
            #expect(answer.rows.map(\.malopID) == ["r0", "r1"])
            guard case .partial(let reason) = answer.completeness else {
                Issue.record("taken for whole")
                return
            }
            #expect(reason.kind == .pageMissing)
        }
    }

    @Test(
        "a first page that does not come is an error",
        arguments: [
            (ServerResponse.text("bad query", status: 400), ConsoleError.Kind.rejected),
            (.text("role required", status: 403), .forbidden), (.text("no", status: 500), .unavailable),
            (.text("slow", status: 408), .timeout), (.json("[1,2]"), .notUnderstood), (.json("{"), .notUnderstood),
            (.json(""), .notUnderstood),
        ])
    func noFirstPage(response: ServerResponse, kind: ConsoleError.Kind) async throws {
        try await withConsole { console, client in
            console.on(Self.query, response)
            let error = await consoleError { () async throws(ConsoleError) in _ = try await client.failedProtections() }
            #expect(error?.kind == kind)
        }
    }

    @Test("nothing found is a whole answer")
    func empty() async throws {
        try await withConsole { console, client in
            console.on(
                Self.query, .json(#"{"status":"SUCCESS","data":{"resultIdToElementDataMap":{},"totalResults":0}}"#))
            let answer = try await client.failedProtections()
            #expect(answer.rows.isEmpty)
            #expect(answer.completeness == .whole)
        }
    }
}
