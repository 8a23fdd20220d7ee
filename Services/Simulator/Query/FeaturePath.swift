/// A feature of an element or, with dots, of what the element links to: `commandLine`, `imageFile.sha1String`.
struct FeaturePath: Sendable, Equatable {
    let links: [String]
    let feature: String
    private let forFilter: Bool

    /// - Parameter forFilter: filters and outputs name the decision statuses of a malop differently: the facet is
    ///   `decisionStatus`, the field `decisionStatuses`.
    init(_ text: String, forFilter: Bool = false) {
        var parts = text.split(separator: ".").map(String.init)
        feature = parts.popLast() ?? ""
        links = parts
        self.forFilter = forFilter
    }

    /// The owners of the feature at the end of the links; `nil` if a link isn't there.
    private func owners(of element: Element, in graph: ElementGraph) -> [Element]? {
        var owners = [element]
        for link in links {
            let found = owners.compactMap { $0.links[link] }
            if found.isEmpty { return nil }
            owners = found.flatMap { $0.targets ?? [] }.compactMap { graph[$0] }
        }
        return owners
    }

    /// The simple values at the end of the path; for a filter also the names of the elements that a link leads to.
    /// `nil` if the element has no such feature.
    func values(of element: Element, in graph: ElementGraph) -> FeatureValue? {
        guard let owners = owners(of: element, in: graph) else { return nil }
        let found = owners.compactMap { value(of: $0, in: graph) }
        guard let only = found.first else { return nil }
        if found.count == 1 { return only }
        return FeatureValue(found.flatMap { $0.values ?? [] }, total: found.reduce(0) { $0 + $1.totalValues })
    }

    /// The elements that a link at the end of the path leads to; `nil` if there is no such link.
    func targets(of element: Element, in graph: ElementGraph) -> LinkValue? {
        let found = owners(of: element, in: graph)?.compactMap { $0.links[feature] } ?? []
        guard let only = found.first else { return nil }
        if found.count == 1 { return only }
        return LinkValue(found.flatMap { $0.targets ?? [] }, total: found.reduce(0) { $0 + $1.totalValues })
    }

    private func value(of owner: Element, in graph: ElementGraph) -> FeatureValue? {
        guard forFilter else { return owner.values[feature] }
        if owner.type == "MalopDetectionEvents" {
            if feature == "decisionStatus" { return owner.values["decisionStatuses"] }
            if feature == "decisionStatuses" { return nil }
        }
        if let value = owner.values[feature] { return value }
        guard let link = owner.links[feature] else { return nil }
        return FeatureValue((link.targets ?? []).map { graph[$0]?.name })
    }
}
