/// `/rest/remediate` and what belongs to it.
extension World {
    mutating func remediationAnswer(_ request: Request, _ parts: [String], _ user: ConsoleUser) -> Answer {
        guard user.mayRemediate else { return forbidden }
        switch (request.method, parts.first, parts.count) {
        case ("POST", nil, 0): return remediate(request, user)
        case ("POST", "has-history", 1): return hasHistory(request)
        case ("GET", "progress", 4): return progress(user: parts[1], malop: parts[2], id: parts[3])
        case ("GET", "status", 2): return status(malop: parts[1])
        case ("POST", "abort", 3): return abort(malop: parts[1], id: parts[2], user)
        default: return notFound
        }
    }

    private mutating func remediate(_ request: Request, _ user: ConsoleUser) -> Answer {
        guard let body = try? Document(json: request.body) else {
            return .text("Bad Request: the body is not JSON", status: 400)
        }
        do {
            let asked = try RemediationRequest(body)
            if let refusal = refusal(of: asked) { return refusal }
            let id = accept(asked, user, kind: .remediate)
            return .json(runs[id]?.document(console.remediation) ?? .null)
        } catch {
            return .text("Bad Request: \(error.note)", status: 400)
        }
    }

    private func refusal(of asked: RemediationRequest) -> Answer? {
        let most = console.remediation.maximumActions
        if most > 0 && asked.items.count > most {
            return .text("Bad Request: at most \(most) actions", status: 400)
        }
        guard console.remediation.unknownMalop == .refuse, let malop = asked.malop else { return nil }
        return malops.contains { $0.id.guid == GUID(malop) } ? nil : .text("Malop ID is not valid", status: 400)
    }

    /// Starts a remediation. Nothing is compared with earlier requests: the same one twice is two remediations.
    private mutating func accept(
        _ asked: RemediationRequest, _ user: ConsoleUser, kind: Journal.Entry.Kind
    ) -> String {
        let id = random.uuid()
        let initiator = asked.user.isEmpty ? user.name : asked.user
        let actions = asked.items.map { item in start(item) }
        var run = RemediationRun(id: id, malop: asked.malop, user: initiator, start: now, actions: actions)
        refuseInvalidTargets(&run)
        store(run)
        runOrder.append(id)
        journal.append(
            Journal.Entry(
                at: now, kind: kind, remediationID: id, user: asked.user, sessionUser: user.name, malop: asked.malop,
                actions: asked.items.map { .init(machine: $0.machine, target: $0.target, type: $0.type.rawValue) }))
        advance(to: now)
        return id
    }

    private mutating func start(_ item: RemediationRequest.Item) -> RemediationAction {
        let target = ElementID(item.type.targetType, GUID(item.target ?? item.machine))
        let key = "\(item.type.rawValue) \(target.guid.text(.decimal))"
        let attempt = attempts[key, default: 0]
        attempts[key] = attempt + 1
        return RemediationAction(
            machine: item.machine, target: item.target, type: item.type.rawValue,
            behaviour: behaviour(of: item.type.rawValue, on: target), attempt: attempt, now: now)
    }

    /// What isn't there can't be acted on: a failure at once, or (a switch) a log that stays empty.
    private func refuseInvalidTargets(_ run: inout RemediationRun) {
        for index in run.actions.indices where !isValid(run.actions[index]) {
            switch console.remediation.unknownTarget {
            case .emptyLog: run.actions[index].silence()
            case .invalidArgument:
                let error = RemediationFailure(
                    message: "Failed to get ProbeRemediationRequest for action: "
                        + "com.cybereason.commads.remediation.RemediationAction@1. Ignoring remediation action.",
                    type: "INVALID_ARGUMENT")
                run.finish(index, "FAILURE", error: error, at: now)
            }
        }
    }

    private func isValid(_ action: RemediationAction) -> Bool {
        guard let type = ActionType(rawValue: action.type), let target = action.target(type),
            let element = graph[target], graph[ElementID("Machine", action.machine)] != nil
        else { return false }
        return element.type == "Machine" || graph.machine(of: element)?.guid == action.machine
    }

    private func hasHistory(_ request: Request) -> Answer {
        let body = (try? Document(json: request.body)) ?? .null
        let guids = (body["guids"]?.items ?? []).compactMap(\.text).map(GUID.init)
        return .json(.bool(runs.values.contains { run in run.malop.map { guids.contains(GUID($0)) } ?? false }))
    }
}

extension RemediationAction {
    /// The element that the action is about; a machine needs no target of its own.
    func target(_ type: ActionType) -> ElementID? {
        let text = targetText ?? (type == .isolateMachine ? machineText : nil)
        return text.map { ElementID(type.targetType, GUID($0)) }
    }
}

/// Following remediations.
extension World {
    private func progress(user: String, malop: String, id: String) -> Answer {
        guard let run = runs[id], isPlace(malop, of: run),
            !console.remediation.progressChecksUser || run.user == user
        else {
            return console.remediation.unknownProgress == .notFound ? notFound : Answer()
        }
        return .json(run.document(console.remediation))
    }

    /// Whether that is how a URL names the malop of a remediation.
    private func isPlace(_ malop: String, of run: RemediationRun) -> Bool {
        if let own = run.malop { return GUID(own) == GUID(malop) }
        switch console.remediation.noMalopProgress {
        case .placeholder: return malop == console.remediation.noMalop
        case .anything: return true
        case .unavailable: return false
        }
    }

    private func status(malop: String) -> Answer {
        let found = runOrder.compactMap { runs[$0] }.filter { run in run.malop.map { GUID($0) == GUID(malop) } ?? false
        }
        return .json(.array(found.map { $0.document(console.remediation) }))
    }

    private mutating func abort(malop: String, id: String, _ user: ConsoleUser) -> Answer {
        guard var run = runs[id], isPlace(malop, of: run) else { return notFound }
        run.abort(console.remediation.abortEffect, status: console.remediation.abortStatus, at: now)
        store(run)
        journal.append(
            Journal.Entry(
                at: now, kind: .abort, remediationID: id, user: user.name, sessionUser: user.name, malop: run.malop))
        return .json(run.document(console.remediation))
    }

    /// `POST /rest/detection/remediate-custom-actions`. Some kinds of actions can't be followed: they happen, but no
    /// remediation is returned for them.
    mutating func remediateCustom(_ body: Document, _ user: ConsoleUser) -> Answer {
        guard user.mayRemediate else { return forbidden }
        guard let rows = body.items, !rows.isEmpty else { return .text("Bad Request", status: 400) }
        var shown: [Document] = []
        var malops: [String?] = []
        for row in rows where !malops.contains(row["malopId"]?.text) { malops.append(row["malopId"]?.text) }
        do {
            for malop in malops {
                for isTracked in [true, false] {
                    let part = rows.filter { row in
                        let type = row["remediationType"]?.text.flatMap(ActionType.init)
                        return row["malopId"]?.text == malop && (type?.isTracked ?? true) == isTracked
                    }
                    if part.isEmpty { continue }
                    let asked = try RemediationRequest(malop: malop, user: user.name, customRows: part)
                    let id = accept(asked, user, kind: .customRemediate)
                    if isTracked, let run = runs[id] {
                        shown.append(run.document(console.remediation))
                    } else {
                        runOrder.removeAll { $0 == id }
                    }
                }
            }
        } catch {
            return .text("Bad Request: \(error.note)", status: 400)
        }
        return .json(["data": .array(shown), "status": "SUCCESS"])
    }
}
