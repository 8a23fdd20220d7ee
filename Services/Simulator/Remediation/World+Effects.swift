/// What remediation does to the machines.
extension World {
    /// Takes every step of a remediation that is due.
    mutating func advanceRun(_ id: String) {
        guard var run = runs[id] else { return }
        for index in run.actions.indices {
            while let step = nextStep(&run, index) { take(step, &run, index) }
        }
        run.settleEnd(now: now)
        store(run)
    }

    private func nextStep(_ run: inout RemediationRun, _ index: Int) -> RemediationAction.Step? {
        let machine = ElementID("Machine", run.actions[index].machine)
        return run.actions[index].advance(
            now: now, isOnline: graph[machine]?.isTrue("isActiveProbeConnected") ?? true,
            logsWhileOffline: console.remediation.offlineLog == .pending)
    }

    private mutating func take(_ step: RemediationAction.Step, _ run: inout RemediationRun, _ index: Int) {
        switch step {
        case .log(let status): run.append(status, of: index, at: now)
        case .perform:
            let action = run.actions[index]
            do {
                if action.outcome == "SUCCESS" && action.behaviour.effect != .nothing { try perform(action, run) }
                if action.outcome != "SUCCESS" && action.behaviour.effect == .always { try? perform(action, run) }
                let error = action.outcome == "SUCCESS" ? nil : action.behaviour.error
                run.finish(index, action.outcome, error: error, at: now)
            } catch {
                run.finish(index, "FAILURE", error: error, at: now)
            }
        }
    }

    private mutating func perform(_ action: RemediationAction, _ run: RemediationRun) throws(RemediationFailure) {
        guard let type = ActionType(rawValue: action.type), let id = action.target(type), let element = graph[id] else {
            throw RemediationFailure(message: "The target no longer exists.", type: nil)
        }
        switch type {
        case .killProcess, .killPreventUnsuspend:
            guard element.isTrue("isLiveProcess") else {
                throw RemediationFailure(message: "The process is not running.", type: nil)
            }
            endProcess(id)
        case .quarantineFile: try quarantine(element, run.id)
        case .unquarantineFile: try restore(element)
        case .deleteRegistryKey: graph.remove(id)
        case .blockFile: graph.update(id) { $0.values["classificationBlocking"] = .one(true) }
        case .unsuspendProcess:
            graph.update(id) { $0.values["ransomwareAutoRemediationSuspended"] = .one(false) }
        case .isolateMachine: graph.update(id) { $0.values["isIsolated"] = .one(true) }
        }
        noteRemediated(id)
    }

    /// Moves a file away: the file itself is marked, and a quarantined instance of it appears, under an id of its own
    /// that only a search for `QuarantineFile` (feature `quarantineFile`) or the file's `quarantineVersion` tells.
    private mutating func quarantine(_ file: Element, _ run: String) throws(RemediationFailure) {
        if file.isTrue("fileIsQuarantined") {
            throw RemediationFailure(message: "The file is already quarantined.", type: nil)
        }
        let part = file.guid.firstPart ?? 0
        let written = file.guid.description.contains(".") ? GUID.Encoding.decimal : .base64url
        func guid(_ kind: String) -> GUID {
            let hash = GUID.stableHash("\(kind)/\(run)/\(file.guid.text(.decimal))")
            return GUID(first: part, second: Int64(bitPattern: hash), encoding: written)
        }
        var instance = Element("File", guid("instance"), name: file.name)
        instance.values = file.values.merging(["fileIsQuarantined": .one(true)]) { _, new in new }
        instance.links["ownerMachine"] = file.links["ownerMachine"]
        instance.links["originalVersion"] = LinkValue([file.id])
        var entry = Element("QuarantineFile", guid("quarantine"), name: file.name)
        entry.links["ownerMachine"] = file.links["ownerMachine"]
        entry.links["quarantineFile"] = LinkValue([instance.id])
        graph.insert(instance)
        graph.insert(entry)
        graph.update(file.id) { file in
            file.values["fileIsQuarantined"] = .one(true)
            file.links["quarantineVersion"] = LinkValue([instance.id])
        }
    }

    /// Brings a file back. Only the quarantined instance will do, not the file that it was made from.
    private mutating func restore(_ instance: Element) throws(RemediationFailure) {
        guard let original = instance.link("originalVersion") else {
            throw RemediationFailure(message: "The target is not a quarantined file.", type: "INVALID_ARGUMENT")
        }
        graph.update(original) { file in
            file.values["fileIsQuarantined"] = .one(false)
            file.links["quarantineVersion"] = nil
        }
        let entries = graph.all("QuarantineFile").filter { $0.link("quarantineFile") == instance.id }
        for entry in entries { graph.remove(entry.id) }
        graph.remove(instance.id)
    }

    private mutating func noteRemediated(_ target: ElementID) {
        guard let status = console.remediation.decisionStatusAfter else { return }
        for malop in malops where malop.suspects(target) { setDecisionStatuses(of: malop.id, [status]) }
    }

    /// A machine comes or goes. Coming back, it takes up what waited for it.
    mutating func setOnline(_ machine: ElementID, _ isOnline: Bool) {
        graph.update(machine) { element in
            element.values["isActiveProbeConnected"] = .one(isOnline)
            element.values["isConnected"] = .one(isOnline)
            element.values["lastSeenTimeStamp"] = .one(now)
        }
        guard isOnline else { return }
        if let isolated = primed.removeValue(forKey: machine) {
            graph.update(machine) { $0.values["isIsolated"] = .one(isolated) }
        }
        for id in openRuns {
            guard var run = runs[id] else { continue }
            for index in run.actions.indices where run.actions[index].machine == machine.guid {
                run.actions[index].resume(now: now)
            }
            store(run)
        }
    }
}
