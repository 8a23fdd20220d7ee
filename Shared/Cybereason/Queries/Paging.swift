/// Decides which page to ask for next, and whether all rows came: a pure state machine.
///
/// The first request is the vendor's tutorial's. Where it does not bring everything it brings a token, and the pages are
/// asked for with that: also the first one again, because a console returns it short without a token (seen by clients in
/// production). The last page may be empty, and rows may come twice.
struct Paging: Sendable {
    /// What to ask for.
    struct Request: Sendable, Equatable {
        /// Counted from 0; nil for the very first request, which is the tutorial's.
        let index: Int?
        let token: String?
        let pageSize: Int
    }

    /// What to do next.
    enum Step: Sendable, Equatable {
        case fetch(Request)
        case finished(Completeness)
    }

    /// Rows of a page: what was asked for, or less once the console has shown that it gives no more.
    private(set) var pageSize: Int
    /// Rows in all.
    let limit: Int
    private(set) var rows: [ElementRow] = []
    private(set) var totalResults: Int?
    private(set) var pages = 0
    private var known: Set<String> = []
    private var possible = 0
    private var applied: Int?
    private var token: String?
    private var shortAtFirst = false
    private var sawEmptyPage = false
    private var fetched: Set<Int> = []

    init(pageSize: Int, limit: Int) {
        self.pageSize = max(1, pageSize)
        self.limit = max(1, limit)
    }

    /// The very first request.
    var first: Request { Request(index: nil, token: nil, pageSize: pageSize) }

    /// Takes in the answer to a request.
    mutating func receive(_ answer: QueryAnswer, to request: Request) -> Step {
        pages += 1
        for row in answer.rows where known.insert(row.guid).inserted { rows.append(row) }
        if let total = answer.totalResults { totalResults = max(totalResults ?? 0, total) }
        possible = max(possible, answer.totalPossibleResults ?? 0)
        applied = answer.appliedLimit ?? applied
        token = token ?? answer.paginationToken
        if let defect = answer.defect { return .finished(.partial(defect)) }
        if rows.count >= expected { return .finished(verdict) }
        learn(from: answer, to: request)
        return nextPage.map { .fetch(Request(index: $0, token: token, pageSize: pageSize)) } ?? .finished(verdict)
    }

    private mutating func learn(from answer: QueryAnswer, to request: Request) {
        let isShort = answer.rows.count < min(pageSize, expected)
        guard let index = request.index else {
            // A console may apply a lower limit than asked for, and says so. Some hand the token out only when asked
            // for a page by number.
            if let applied { pageSize = max(1, min(pageSize, applied)) }
            shortAtFirst = token == nil || isShort
            return
        }
        fetched.insert(index)
        if index == 0 && isShort && fetched.count == 1 && !answer.rows.isEmpty { pageSize = answer.rows.count }
        if index > 0 && answer.rows.isEmpty { sawEmptyPage = true }
    }

    /// A page did not come at all.
    func failed(_ error: ConsoleError) -> Completeness {
        .partial(PartialReason(.pageMissing, "page \(pages + 1): \(error)"))
    }

    private var expected: Int { min(totalResults ?? possible, limit) }

    /// The page to ask for next: the first one again if it came short or without a token, then the others up to an
    /// empty one, and the first one again if rows are still missing.
    private var nextPage: Int? {
        if shortAtFirst && !fetched.contains(0) { return 0 }
        let last = (expected - 1) / pageSize
        if !sawEmptyPage, last > 0, let page = (1...last).first(where: { !fetched.contains($0) }) { return page }
        return fetched.contains(0) ? nil : 0
    }

    private var verdict: Completeness {
        let promised = max(totalResults ?? 0, possible)
        if rows.count < promised {
            return .partial(PartialReason(.rowsMissing, "\(rows.count) of \(promised) rows"))
        }
        if promised == 0, !rows.isEmpty, rows.count >= min(applied ?? limit, pageSize) {
            return .partial(PartialReason(.rowsMissing, "\(rows.count) rows, as many as fit, and no total"))
        }
        return .whole
    }
}
