/// Turns what a scenario describes by names into elements, malops and scheduled changes.
///
/// It remembers every name, so that what is added later may refer to what was there before.
struct ContentsResolver: Sendable {
    struct Resolved: Sendable {
        var elements: [Element] = []
        var changes: [ScheduledChange] = []
    }

    private var names: [String: [String: ElementID]] = [:]
    private var machineParts: [String: Int32] = [:]

    /// - Parameter start: what the contents' times are counted from, in milliseconds since 1970.
    mutating func resolve(
        _ contents: ScenarioContents, start: Int64, switches: QuerySwitches
    ) throws(ScenarioError) -> Resolved {
        var drafts: [(draft: ElementDraft, id: ElementID)] = []
        for draft in contents.drafts { drafts.append((draft, register(draft))) }
        var resolved = Resolved()
        var elements: [ElementID: Element] = [:]
        for (draft, id) in drafts { elements[id] = draft.element(id, start: start) }
        for (draft, id) in drafts { try link(draft, id, &elements, &resolved) }
        for (draft, id) in drafts {
            guard let element = elements.removeValue(forKey: id) else { continue }
            place(element, after: draft.appearsAfterMs, start: start, in: &resolved)
        }
        resolved.elements += elements.values.sorted { $0.guid.description < $1.guid.description }
        for draft in contents.malops {
            let (malop, element) = try malop(draft, start: start, switches: switches)
            let at = start + (draft.appearsAfterMs ?? 0)
            resolved.changes.append(ScheduledChange(at: at, change: .detected(malop, element)))
        }
        for event in contents.events + contents.drafts.flatMap(\.followUps) {
            resolved.changes.append(try scheduled(event, start: start))
        }
        return resolved
    }

    private func place(_ element: Element, after delay: Int64?, start: Int64, in resolved: inout Resolved) {
        if let delay, delay > 0 {
            resolved.changes.append(ScheduledChange(at: start + delay, change: .appears(element)))
        } else {
            resolved.elements.append(element)
        }
    }

    /// Gives a draft its id: the written one, or one derived from its name and its machine.
    private mutating func register(_ draft: ElementDraft) -> ElementID {
        var guid = draft.guid.map(GUID.init)
        if draft.type == "Machine" {
            let machine = guid ?? .derivedMachine(from: draft.handle)
            machineParts[draft.handle] = machine.firstPart ?? 0
            guid = machine
        }
        let part = draft.machine.flatMap { machineParts[$0] } ?? 0
        let id = ElementID(draft.type, guid ?? .derived(on: part, from: "\(draft.type)/\(draft.handle)"))
        names[draft.type, default: [:]][draft.handle] = id
        return id
    }

    /// The id behind a name, or behind an id that an element of that type has.
    func find(_ type: String, _ name: String, path: String) throws(ScenarioError) -> ElementID {
        if let id = names[type]?[name] { return id }
        let id = ElementID(type, GUID(name))
        if names[type]?.values.contains(id) == true { return id }
        throw ScenarioError(path: path, note: "there is no \(type) \(name)")
    }

    /// Nothing is referred to by these names any more; gives what they stood for.
    mutating func forget(_ forgotten: [(type: String, handle: String)]) -> Set<ElementID> {
        var ids: Set<ElementID> = []
        for (type, handle) in forgotten {
            if let id = names[type]?.removeValue(forKey: handle) { ids.insert(id) }
        }
        return ids
    }

    func findAny(_ name: String) -> ElementID? {
        for type in ["Process", "File", "Autorun", "Machine"] {
            if let id = try? find(type, name, path: "") { return id }
        }
        return nil
    }
}

extension ContentsResolver {
    private mutating func link(
        _ draft: ElementDraft, _ id: ElementID, _ elements: inout [ElementID: Element], _ resolved: inout Resolved
    ) throws(ScenarioError) {
        for reference in draft.references {
            var targets: [ElementID] = []
            for name in reference.targets {
                targets.append(try target(reference.type, name, of: draft, &elements))
            }
            elements[id]?.links[reference.feature] = LinkValue(targets)
            guard let inverse = reference.inverse else { continue }
            for target in targets {
                let others = elements[target]?.links[inverse]?.targets ?? []
                elements[target]?.links[inverse] = LinkValue(others + [id])
            }
        }
        for (feature, total) in draft.nullLinks { elements[id]?.links[feature] = LinkValue(nil, total: total) }
    }

    /// Addresses and domains need no entry of their own: the first mention makes them.
    private mutating func target(
        _ type: String, _ name: String, of draft: ElementDraft, _ elements: inout [ElementID: Element]
    ) throws(ScenarioError) -> ElementID {
        if (type == "IpAddress" || type == "DomainName") && names[type]?[name] == nil {
            let id = ElementID(type, .derived(on: 0, from: "\(type)/\(name)"))
            names[type, default: [:]][name] = id
            elements[id] = Element(type, id.guid, name: name)
            return id
        }
        return try find(type, name, path: "\(draft.type) \(draft.handle)")
    }

    private func scheduled(_ event: EventDraft, start: Int64) throws(ScenarioError) -> ScheduledChange {
        let change: ScheduledChange.Change
        switch event.change {
        case .online(let machine, let isOnline):
            change = .online(try find("Machine", machine, path: "events"), isOnline)
        case .processEnds(let process):
            change = .processEnds(try find("Process", process, path: "events"))
        case .decisionStatuses(let malop, let statuses):
            change = .decisionStatuses(try find("MalopDetectionEvents", malop, path: "events"), statuses)
        }
        return ScheduledChange(at: start + event.afterMs, change: change)
    }
}

extension ContentsResolver {
    private mutating func malop(
        _ draft: MalopDraft, start: Int64, switches: QuerySwitches
    ) throws(ScenarioError) -> (Malop, Element) {
        let path = "malop \(draft.handle)"
        let part: Int32 = draft.type == "MalopDetectionEvents" ? 214 : 11
        let guid = draft.guid.map(GUID.init) ?? .derived(on: part, from: "malop/\(draft.handle)")
        let id = ElementID(draft.type, guid)
        names[draft.type, default: [:]][draft.handle] = id
        let created = start + (draft.appearsAfterMs ?? 0) - draft.startedAgoMs
        let malop = Malop(
            id: id, displayName: draft.displayName, machines: try findAll("Machine", draft.machines, path),
            accounts: try findAll("User", draft.accounts, path),
            fileSuspects: try suspects("File", draft.fileSuspects, path),
            processSuspects: try suspects("Process", draft.processSuspects, path),
            connections: try findAll("Connection", draft.connections, path),
            autoruns: try findAll("Autorun", draft.autoruns, path), engines: draft.engines,
            detectionType: draft.detectionType, severity: draft.severity, status: draft.status, created: created,
            updated: start + (draft.appearsAfterMs ?? 0))
        var element = Element(draft.type, guid, name: draft.name)
        malop.isBehavioural
            ? element.fillAsProcessMalop(malop) : element.fillAsDetectionEvents(malop, draft, switches)
        for feature in draft.features { element.values[feature.key] = FeatureValue(feature.value) }
        return (malop, element)
    }

    private func findAll(_ type: String, _ list: [String], _ path: String) throws(ScenarioError) -> [ElementID] {
        var found: [ElementID] = []
        for name in list { found.append(try find(type, name, path: path)) }
        return found
    }

    private func suspects(
        _ type: String, _ drafts: [MalopDraft.Suspect], _ path: String
    ) throws(ScenarioError) -> [Malop.Suspect] {
        var suspects: [Malop.Suspect] = []
        for draft in drafts {
            suspects.append(
                Malop.Suspect(
                    element: try find(type, draft.element, path: path), decisionStatus: draft.decisionStatus,
                    lastDecisionStatus: draft.lastDecisionStatus))
        }
        return suspects
    }
}

extension Element {
    fileprivate mutating func fillAsDetectionEvents(_ malop: Malop, _ draft: MalopDraft, _ switches: QuerySwitches) {
        values["decisionStatuses"] = FeatureValue(draft.decisionStatuses)
        values["creationTime"] = .one(malop.created)
        values["lastUpdateTime"] = .one(malop.updated)
        if let feature = switches.detectionEventsMachineLink { links[feature] = LinkValue(malop.machines) }
    }

    fileprivate mutating func fillAsProcessMalop(_ malop: Malop) {
        links["affectedMachines"] = LinkValue(malop.machines)
        links["affectedUsers"] = LinkValue(malop.accounts)
        links["suspects"] = LinkValue(malop.processSuspects.map(\.element))
        links["primaryRootCauseElements"] = LinkValue(malop.processSuspects.map(\.element))
        links["filesToRemediate"] = LinkValue(malop.fileSuspects.map(\.element))
        links["registryKeysToRemediate"] = LinkValue(malop.autoruns)
        values["detectionType"] = .one(malop.detectionType)
        values["malopActivityTypes"] = .one("MALICIOUS_INFECTION")
        values["managementStatus"] = .one("UNREAD")
        values["isBlocked"] = .one(false)
        values["malopStartTime"] = .one(malop.created)
        values["malopLastUpdateTime"] = .one(malop.updated)
        values["closeTime"] = .one(nil)
        values["closerName"] = .one(nil)
        values["customClassification"] = .one("None")
        values["rootCauseElementTypes"] = .one("Process")
        values["rootCauseElementCompanyProduct"] = FeatureValue(nil)
        isMalicious = true
    }
}

extension ElementDraft {
    fileprivate func element(_ id: ElementID, start: Int64) -> Element {
        var element = Element(type, id.guid, name: name)
        for (feature, age) in agesMs { element.values[feature] = .one(start - age) }
        element.values.merge(values) { _, written in written }
        element.hasSuspicions = hasSuspicions
        element.hasMalops = hasMalops
        element.isMalicious = isMalicious
        return element
    }
}
