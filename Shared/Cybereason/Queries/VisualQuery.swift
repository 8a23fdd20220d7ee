import JSON

/// The body of `POST /rest/visualsearch/query/simple`, keys in the order of the vendor's tutorial.
struct VisualQuery: Sendable {
    /// A condition on a feature; several values are alternatives.
    struct Filter: Sendable {
        let feature: String
        /// Left out, it means equality.
        var comparison: String?
        let values: [String]
    }

    /// One element of the chain.
    struct Step: Sendable {
        let type: String
        var guids: [String] = []
        var filters: [Filter] = []
        /// The feature that leads to the next step.
        var link: String?
        var isResult = false
        /// Restricts to a time, in epoch milliseconds.
        var from: Int64?
        var until: Int64?
    }

    var path: [Step]
    var totalResultLimit: Int
    var perGroupLimit = 100
    var perFeatureLimit = 100
    var queryTimeout: Int
    var pagination: Pagination?
    var customFields: [String]

    /// Which page is asked for.
    struct Pagination: Sendable, Equatable {
        let pageSize: Int
        /// From the second request on.
        var page: Int?
        var token: String?
        var skip: Int?
    }

    func body() -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.object { writer in
            writer.key("queryPath")
            writer.array { writer in
                for step in path { step.write(to: &writer) }
            }
            writer.field("totalResultLimit", totalResultLimit)
            writer.field("perGroupLimit", perGroupLimit)
            writer.field("perFeatureLimit", perFeatureLimit)
            writer.field("templateContext", "SPECIFIC")
            writer.field("queryTimeout", queryTimeout)
            if let pagination {
                writer.key("pagination")
                pagination.write(to: &writer)
            }
            writer.field("customFields", customFields)
        }
        return writer.finish()
    }
}

extension VisualQuery.Pagination {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("pageSize", pageSize)
            writer.field("page", page)
            writer.field("paginationToken", token)
            writer.field("skip", skip)
        }
    }
}

extension VisualQuery.Step {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("requestedType", type)
            if !guids.isEmpty { writer.field("guidList", guids) }
            writer.key("filters")
            writer.array { writer in
                for filter in filters { filter.write(to: &writer) }
            }
            if let from, let until {
                writer.key("timeRange")
                writer.object { writer in
                    writer.field("startTime", from)
                    writer.field("endTime", until)
                }
            }
            if let link {
                writer.key("connectionFeature")
                writer.object { writer in
                    writer.field("elementInstanceType", type)
                    writer.field("featureName", link)
                }
            }
            if isResult { writer.field("isResult", true) }
        }
    }
}

extension VisualQuery.Filter {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("facetName", feature)
            writer.field("filterType", comparison)
            writer.field("values", values)
        }
    }
}
