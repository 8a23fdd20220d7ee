/// Finds the elements that a search asks for.
struct QueryEngine {
    let graph: ElementGraph
    let switches: QuerySwitches

    struct Matches: Sendable, Equatable {
        /// The elements of the result step, oldest first.
        var elements: [ElementID]
        /// For each step of the path, how many elements take part in a complete chain.
        var pathCounts: [Int]
    }

    /// Keeps of every step what fits its own restrictions, then what a chain over all steps goes through.
    func run(_ query: Query) throws(MalformedQuery) -> Matches {
        var sets: [[Element]] = []
        for step in query.path { sets.append(try candidates(step)) }
        for index in query.path.indices.dropFirst() {
            sets[index] = joined(sets[index], with: sets[index - 1], by: query.path[index - 1], forwards: true)
        }
        for index in query.path.indices.dropLast().reversed() {
            sets[index] = joined(sets[index], with: sets[index + 1], by: query.path[index], forwards: false)
        }
        return Matches(elements: sets[query.resultIndex].map(\.id), pathCounts: sets.map(\.count))
    }

    private func candidates(_ step: Query.Step) throws(MalformedQuery) -> [Element] {
        var found: [Element] = []
        for element in graph.all(step.type) {
            if let guids = step.guids, !guids.contains(element.guid) { continue }
            if let range = step.timeRange, !range.contains(element) { continue }
            if try accepts(element, step.filters) { found.append(element) }
        }
        return found
    }

    private func accepts(_ element: Element, _ filters: [Query.Filter]) throws(MalformedQuery) -> Bool {
        for filter in filters {
            guard let values = FeaturePath(filter.facet, forFilter: true).values(of: element, in: graph) else {
                switch switches.unknownFacet {
                case .matchesNothing: return false
                case .ignored: continue
                case .error: throw MalformedQuery(note: "facet \(filter.facet) is not known")
                }
            }
            if !filter.comparison.accepts(values.present, wanted: filter.values) { return false }
        }
        return true
    }

    /// Those of `elements` that the edge of `step` joins to one of `others`.
    ///
    /// The feature belongs to the step itself, or with `isReversed` to the step after it. An edge that names the other
    /// type's feature without saying so leads nowhere.
    private func joined(
        _ elements: [Element], with others: [Element], by step: Query.Step, forwards: Bool
    ) -> [Element] {
        guard let edge = step.connection else { return [] }
        let ownersAreElements = forwards == step.isReversed
        if ownersAreElements {
            let wanted = Set(others.map(\.id))
            return elements.filter { element in
                element.type == edge.type && targets(of: element, edge).contains { wanted.contains($0) }
            }
        }
        let reached = Set(others.filter { $0.type == edge.type }.flatMap { targets(of: $0, edge) })
        return elements.filter { reached.contains($0.id) }
    }

    private func targets(of element: Element, _ edge: Query.Connection) -> [ElementID] {
        element.links[edge.feature]?.targets ?? []
    }
}

extension Query.TimeRange {
    /// The features between which an element of a type lasts. Other types are not bound to time, and a window that
    /// names no features leaves them alone.
    private static let lifetimes: [String: (start: String, end: String)] = [
        "MalopDetectionEvents": ("creationTime", "lastUpdateTime"),
        "MalopProcess": ("malopStartTime", "malopLastUpdateTime"),
        "Process": ("creationTime", "endTime"), "Connection": ("creationTime", "endTime"),
        "LogonSession": ("creationTime", "endTime"),
    ]

    /// Whether the element's lifetime and the window overlap.
    func contains(_ element: Element) -> Bool {
        let lifetime = Query.TimeRange.lifetimes[element.type]
        guard let start = startFeature ?? lifetime?.start else { return true }
        guard let began = time(start, of: element) else { return false }
        let ended = time(endFeature ?? lifetime?.end ?? start, of: element)
        return began <= end && (ended ?? .max) >= self.start
    }

    /// Features are named with or without their type: `Process.creationTime`, `creationTime`.
    private func time(_ feature: String, of element: Element) -> Int64? {
        let name = feature.split(separator: ".").last.map(String.init) ?? feature
        return element.first(name).flatMap { Int64($0) }
    }
}
