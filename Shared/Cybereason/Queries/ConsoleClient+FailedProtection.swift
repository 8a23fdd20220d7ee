import HTTPClient
import JSON

extension ConsoleClient {
    /// Finds the malops whose automatic protection failed, over all pages.
    ///
    /// An answer that is partial by the console's own words is returned with its rows and with the reason; it is never
    /// taken for a whole one. A page that does not come after others came makes a partial answer, too.
    ///
    /// - Throws: ``ConsoleError`` if not even the first page came.
    public func failedProtections(
        _ query: FailedProtectionQuery = FailedProtectionQuery(), deadline: ContinuousClock.Instant? = nil
    ) async throws(ConsoleError) -> FailedProtectionAnswer {
        let deadline = self.deadline(deadline, .query)
        var paging = Paging(pageSize: settings.pageSize, limit: settings.totalResultLimit)
        var request = paging.first
        while true {
            let step: Paging.Step
            do {
                let response = try await caller.read(call(for: request, of: query, until: deadline))
                step = paging.receive(try QueryAnswer(response.body), to: request)
            } catch {
                guard paging.pages > 0 else { throw error }
                step = .finished(paging.failed(error))
            }
            switch step {
            case .fetch(let next): request = next
            case .finished(let completeness):
                return FailedProtectionAnswer(
                    rows: paging.rows.map(FailedProtectionRow.init), completeness: completeness,
                    totalResults: paging.totalResults, pages: max(1, paging.pages))
            }
        }
    }

    private func call(
        for page: Paging.Request, of query: FailedProtectionQuery, until deadline: ContinuousClock.Instant
    ) -> Call {
        var target = Self.queryPath
        var pagination = VisualQuery.Pagination(pageSize: page.pageSize)
        var headers: [(name: String, value: String)] = []
        if let index = page.index {
            target += "?page=\(index)&itemsPerPage=\(page.pageSize)"
            if let token = page.token {
                pagination.page = index + 1
                pagination.token = token
                pagination.skip = index * page.pageSize
                if Self.fitsHeader(token) { headers.append((name: "Pagination-Token", value: token)) }
            }
        }
        var step = VisualQuery.Step(
            type: "MalopDetectionEvents",
            filters: [VisualQuery.Filter(feature: "decisionStatus", values: query.decisionStatuses)], isResult: true)
        if let since = query.since {
            step.from = since.milliseconds
            step.until = caller.exchange.timing.wall().milliseconds + 86_400_000
        }
        let body = VisualQuery(
            path: [step], totalResultLimit: settings.totalResultLimit, queryTimeout: queryTimeout,
            pagination: pagination, customFields: ["elementDisplayName", "decisionStatuses"])
        return Call(
            route: Self.queryPath, method: .post, target: target, headers: headers, body: body.body(),
            endpoint: .query, deadline: deadline)
    }

    static let queryPath = "/rest/visualsearch/query/simple"

    private static func fitsHeader(_ token: String) -> Bool {
        token.utf8.count <= 8192 && token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}

extension FailedProtectionRow {
    init(_ row: ElementRow) {
        self.init(
            malopID: row.guid, displayName: row.text("elementDisplayName") ?? "",
            decisionStatuses: row.texts("decisionStatuses"))
    }
}
