/// A search as it was sent to `POST /rest/visualsearch/query/simple` or `POST /rest/crimes/unified`.
struct Query: Sendable, Equatable {
    /// One restriction; its values are alternatives.
    struct Filter: Sendable, Equatable {
        var facet: String
        var values: [String]
        var comparison: FilterOperator
    }

    /// The feature that leads from one step of the path to the next.
    struct Connection: Sendable, Equatable {
        var type: String
        var feature: String
    }

    /// A window over a pair of time features, in milliseconds since 1970.
    struct TimeRange: Sendable, Equatable {
        /// `nil`: those of the element's type.
        var startFeature: String?
        var endFeature: String?
        var start: Int64
        var end: Int64
    }

    struct Step: Sendable, Equatable {
        var type: String
        var filters: [Filter] = []
        var guids: [GUID]?
        var connection: Connection?
        var isReversed = false
        var timeRange: TimeRange?
    }

    /// Which part of the matches is asked for.
    struct Page: Sendable, Equatable {
        var size: Int?
        var skip: Int?
        var number: Int?
        var token: String?
    }

    var path: [Step]
    var resultIndex: Int
    var totalResultLimit: Int
    var perGroupLimit: Int
    var perFeatureLimit: Int
    var groupingType: String
    var groupingFeature: String
    /// Empty: every feature.
    var customFields: [String]
    var page: Page

    var resultType: String { path[resultIndex].type }
}

/// The console answers a search that it cannot make sense of with 500.
struct MalformedQuery: Error, Equatable {
    let note: String
}
