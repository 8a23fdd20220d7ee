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
    }

    /// What to do next.
    enum Step: Sendable, Equatable {
        case fetch(Request)
        case finished(Completeness)
    }

    /// The very first request.
    static let first = Request(index: nil, token: nil)

    let pageSize: Int
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
        if let index = request.index {
            fetched.insert(index)
            if answer.rows.isEmpty && index > 0 { sawEmptyPage = true }
        } else {
            // Some consoles hand the token out only when asked for a page by number.
            shortAtFirst = token == nil || answer.rows.count < min(pageSize, expected)
        }
        return nextPage.map { .fetch(Request(index: $0, token: token)) } ?? .finished(verdict)
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
