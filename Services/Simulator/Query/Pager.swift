/// Cuts the matches of a search into answers, with every peculiarity that the console shows there.
struct Pager: Sendable {
    private struct Ticket: Sendable {
        var expires: Int64
        var frozen: [ElementID]?
    }

    /// The part of the matches that one answer carries.
    struct Slice: Sendable, Equatable {
        var elements: [ElementID]
        /// All matches that paging would bring.
        var totalResults: Int
        /// The limit that the server really applied; the answer echoes it.
        var appliedLimit: Int
        var token: String?
    }

    struct ExpiredToken: Error {}

    private var tickets: [String: Ticket] = [:]

    /// - Parameter newToken: makes the text of a token.
    mutating func slice(
        _ matches: [ElementID], of query: Query, switches: QuerySwitches, now: Int64, newToken: () -> String
    ) throws(ExpiredToken) -> Slice {
        let asksForPages = query.page.size != nil && switches.envelope == .new
        let limit = min(query.totalResultLimit, switches.cap(for: query.resultType))
        var all = matches
        var token: String?
        if asksForPages, let known = query.page.token {
            guard let ticket = tickets[known], ticket.expires > now else { throw ExpiredToken() }
            all = ticket.frozen ?? matches
            token = known
        }
        if !asksForPages || switches.capScope == .result { all = Array(all.prefix(rows(limit, query, switches))) }
        let pageSize = asksForPages ? min(query.page.size ?? limit, rows(limit, query, switches)) : all.count
        if asksForPages && token == nil && all.count > pageSize {
            let fresh = newToken()
            let expires = now + switches.tokenLifetimeMs
            tickets[fresh] = Ticket(expires: expires, frozen: switches.frozenPages ? all : nil)
            token = fresh
        }
        let firstWithoutToken = query.page.token == nil && offset(query) == 0
        let length = switches.shortFirstPage && firstWithoutToken && token != nil ? max(1, pageSize / 2) : pageSize
        let start = max(0, offset(query) - (offset(query) > 0 ? switches.repeatedRows : 0))
        let rows = all.dropFirst(start).prefix(length + (offset(query) - start))
        return Slice(elements: Array(rows), totalResults: all.count, appliedLimit: limit, token: token)
    }

    /// The quirk of limits of 1: one row more than the limit.
    private func rows(_ limit: Int, _ query: Query, _ switches: QuerySwitches) -> Int {
        let quirk = switches.limitPlusOne && (query.perGroupLimit == 1 || query.perFeatureLimit == 1)
        return quirk ? limit + 1 : limit
    }

    /// The body's `skip` counts; without it the page number of the query string.
    private func offset(_ query: Query) -> Int {
        query.page.skip ?? (query.page.number ?? 0) * (query.page.size ?? 0)
    }
}
