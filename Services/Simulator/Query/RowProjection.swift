/// Writes an element as a row of `resultIdToElementDataMap`.
struct RowProjection {
    let graph: ElementGraph
    let fields: [String]
    let perFeatureLimit: Int
    let encoding: GUID.Encoding
    let envelope: QuerySwitches.Envelope

    func row(_ element: Element) -> Document {
        var simple: [Document.Member] = []
        var linked: [Document.Member] = []
        for field in fields.isEmpty ? allFields(of: element) : fields {
            let path = FeaturePath(field)
            if let value = path.values(of: element, in: graph) {
                simple.append(.init(key: field, value: document(value)))
            }
            if let value = path.targets(of: element, in: graph) {
                linked.append(.init(key: field, value: document(value)))
            }
        }
        return [
            "simpleValues": .object(simple), "elementValues": .object(linked),
            "suspicions": suspicions(of: element), "filterData": filterData(of: element),
            "isMalicious": .bool(element.isMalicious), "suspicionCount": .integer(element.suspicions.count),
            "guidString": .string(element.guid.text(encoding)),
            "labelsIds": envelope == .new ? .null : .array([]),
            "malopPriority": .string(element.first("malopPriority")),
            "suspect": .bool(element.hasSuspicions), "malicious": .bool(element.isMalicious),
        ]
    }

    private func allFields(of element: Element) -> [String] {
        element.values.keys.sorted() + element.links.keys.sorted()
    }

    private func document(_ value: FeatureValue) -> Document {
        let shown = value.values.map { values in
            Document.array(values.prefix(perFeatureLimit).map { Document.string($0) })
        }
        return ["totalValues": .integer(value.totalValues), "values": shown ?? .null]
    }

    private func document(_ link: LinkValue) -> Document {
        let targets = link.targets?.prefix(perFeatureLimit).compactMap { graph[$0] }
        return [
            "totalValues": .integer(link.totalValues),
            "elementValues": targets.map { .array($0.map(reference)) } ?? .null,
            "totalSuspicious": .integer(targets?.count { $0.hasSuspicions } ?? 0),
            "totalMalicious": .integer(targets?.count { $0.isMalicious } ?? 0),
            "guessedTotal": 0,
        ]
    }

    private func reference(_ element: Element) -> Document {
        var reference: Document = [
            "elementType": .string(element.type), "guid": .string(element.guid.text(encoding)),
            "name": .string(element.name), "hasSuspicions": .bool(element.hasSuspicions),
            "hasMalops": .bool(element.hasMalops),
        ]
        if envelope == .new {
            reference["elementValues"] = .null
            reference["simpleValues"] = .null
        }
        return reference
    }

    private func suspicions(of element: Element) -> Document {
        if envelope == .legacy && element.suspicions.isEmpty { return .null }
        return .object(
            element.suspicions.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .integer($0.value)) })
    }

    /// Legacy consoles repeat the id here; new ones leave both texts empty for a search grouped by `self`.
    private func filterData(of element: Element) -> Document {
        guard envelope == .legacy else { return ["sortInGroupValue": "", "groupByValue": ""] }
        let guid = element.guid.text(encoding)
        return ["sortInGroupValue": .string(guid), "groupByValue": .string("\(element.type)Runtime:\(guid) ")]
    }
}
