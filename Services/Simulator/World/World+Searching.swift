extension World {
    /// `POST /rest/visualsearch/query/simple` and `POST /rest/crimes/unified`.
    mutating func search(_ body: Document, _ request: Request) -> Answer {
        let parameters = PageParameters(
            page: request.parameter("page").flatMap { Int($0) },
            itemsPerPage: request.parameter("itemsPerPage").flatMap { Int($0) },
            token: request.header("pagination-token"))
        do {
            return .json(try searched(body, parameters))
        } catch let error as MalformedQuery {
            return .serverError(error.note)
        } catch {
            return .json(
                [
                    "status": "FAILURE", "message": "Failed to get data! Status: FAILURE, pagination token expired",
                    "expectedResults": 0, "failures": 0,
                ])
        }
    }

    private mutating func searched(_ body: Document, _ parameters: PageParameters) throws -> Document {
        let switches = console.query
        let query = try Query(body, parameters: parameters, switches: switches)
        let matches = try QueryEngine(graph: graph, switches: switches).run(query)
        var random = random
        let slice = try pager.slice(matches.elements, of: query, switches: switches, now: now) { random.uuid() }
        let executionUUID = random.uuid()
        self.random = random
        let projection = RowProjection(
            graph: graph, fields: query.customFields, perFeatureLimit: query.perFeatureLimit,
            encoding: console.guidEncoding, envelope: switches.envelope)
        let rows = slice.elements.compactMap { graph[$0] }.map { element in
            (guid: element.guid.text(console.guidEncoding), row: projection.row(element))
        }
        return QueryAnswer(
            query: query, slice: slice, matches: matches, rows: rows, envelope: switches.envelope, now: now,
            executionUUID: executionUUID
        ).document
    }
}
