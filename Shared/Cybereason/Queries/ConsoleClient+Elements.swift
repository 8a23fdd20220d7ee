import HTTPClient
import PlatformIDs

extension ConsoleClient {
    /// Ids that one request asks for at most.
    static let elementsPerRequest = 100

    /// Asks for elements of one type by their ids, in as many requests as needed.
    func elements(
        _ type: String, guids: [String], fields: [String], deadline: ContinuousClock.Instant?
    ) async throws(ConsoleError) -> (rows: [ElementRow], completeness: Completeness) {
        for guid in guids { try PlatformID.checked(guid, "element id") }
        var rows: [ElementRow] = []
        var completeness = Completeness.whole
        for start in stride(from: 0, to: guids.count, by: Self.elementsPerRequest) {
            let some = Array(guids[start..<min(start + Self.elementsPerRequest, guids.count)])
            let step = VisualQuery.Step(type: type, guids: some, isResult: true)
            let answer = try await ask([step], fields: fields, deadline: deadline)
            rows += answer.rows
            if completeness.isWhole { completeness = answer.completeness }
        }
        return (rows, completeness)
    }

    /// Asks one question of the investigation interface.
    func ask(
        _ path: [VisualQuery.Step], fields: [String], deadline: ContinuousClock.Instant?
    ) async throws(ConsoleError) -> QueryAnswer {
        let query = VisualQuery(
            path: path, totalResultLimit: 1000, perGroupLimit: 1000, queryTimeout: min(queryTimeout, 60_000),
            customFields: fields)
        let call = Call.post(Self.queryPath, query.body(), .lookup, until: self.deadline(deadline, .lookup))
        return try QueryAnswer(try await caller.read(call).body)
    }
}
