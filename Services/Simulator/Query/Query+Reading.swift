extension Query {
    /// Reads a search from the body and the query string of a request.
    init(_ body: Document, parameters: PageParameters, switches: QuerySwitches) throws(MalformedQuery) {
        guard let steps = body["queryPath"]?.items, !steps.isEmpty else {
            throw MalformedQuery(note: "queryPath is missing")
        }
        var path: [Step] = []
        for step in steps { path.append(try Step(step, switches: switches)) }
        let marked = steps.indices.filter { Query.isTrue(steps[$0]["isResult"]) || Query.isTrue(steps[$0]["result"]) }
        guard marked.count == 1 else { throw MalformedQuery(note: "exactly one element must be the result") }
        self.path = path
        resultIndex = marked[0]
        let type = path[marked[0]].type
        totalResultLimit = Query.limit(body, "totalResultLimit", fallback: 1000)
        perGroupLimit = min(Query.limit(body, "perGroupLimit", fallback: 100), switches.maximumPerGroupLimit)
        perFeatureLimit = Query.limit(body, "perFeatureLimit", fallback: 100)
        let grouping = body["groupingFeature"] ?? body["queryLimits"]?["groupingFeature"]
        groupingType = grouping?["elementInstanceType"]?.text ?? type
        groupingFeature = grouping?["featureName"]?.text ?? "self"
        customFields = (body["customFields"]?.items ?? []).compactMap(\.text)
        page = Page(body["pagination"], parameters)
    }

    private static func limit(_ body: Document, _ key: String, fallback: Int) -> Int {
        let asked = body[key]?.integer ?? body["queryLimits"]?[key]?.integer
        return max(1, Int(clamping: asked ?? Int64(fallback)))
    }

    /// Booleans are also accepted as strings, as shipping clients send them.
    static func isTrue(_ value: Document?) -> Bool {
        value?.bool == true || value?.text?.lowercased() == "true"
    }
}

/// What the query string and the header say about the page.
struct PageParameters: Sendable, Equatable {
    var page: Int?
    var itemsPerPage: Int?
    var token: String?
}

extension Query.Page {
    init(_ pagination: Document?, _ parameters: PageParameters) {
        let asked = pagination?["pageSize"]?.integer.map { Int(clamping: $0) } ?? parameters.itemsPerPage
        size = asked.map { max(1, $0) }
        skip = pagination?["skip"]?.integer.map { max(0, Int(clamping: $0)) }
        number = parameters.page.map { max(0, $0) }
        token = pagination?["paginationToken"]?.text ?? parameters.token
    }
}

extension Query.Step {
    init(_ step: Document, switches: QuerySwitches) throws(MalformedQuery) {
        guard let type = step["requestedType"]?.text else { throw MalformedQuery(note: "requestedType is missing") }
        self.type = type
        for filter in step["filters"]?.items ?? [] {
            filters.append(try Query.Filter(filter, switches: switches))
        }
        guids = step["guidList"]?.items.map { $0.compactMap(\.text).map(GUID.init) }
        if let guids, guids.isEmpty { self.guids = nil }
        if let edge = step["connectionFeature"], let feature = edge["featureName"]?.text {
            connection = Query.Connection(type: edge["elementInstanceType"]?.text ?? type, feature: feature)
        }
        isReversed = Query.isTrue(step["isReversed"])
        timeRange = Query.TimeRange(step["timeRange"])
    }
}

extension Query.Filter {
    init(_ filter: Document, switches: QuerySwitches) throws(MalformedQuery) {
        guard let facet = filter["facetName"]?.text else { throw MalformedQuery(note: "facetName is missing") }
        self.facet = facet
        values = (filter["values"]?.items ?? []).compactMap(\.printed)
        guard let name = filter["filterType"]?.text else {
            comparison = switches.defaultOperator
            return
        }
        guard let named = FilterOperator.named(name, exactly: switches.operatorCase == .exact) else {
            throw MalformedQuery(note: "filterType \(name) is not known")
        }
        comparison = named
    }
}

extension Query.TimeRange {
    init?(_ range: Document?) {
        guard let range, let start = range["startTime"]?.integer, let end = range["endTime"]?.integer else {
            return nil
        }
        self.start = start
        self.end = end
        startFeature = range["startFeatureId"]?.text
        endFeature = range["endFeatureId"]?.text ?? startFeature
    }
}
