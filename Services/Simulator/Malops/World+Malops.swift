/// The endpoints that speak of malops as the console's own pages do.
extension World {
    /// `POST /rest/detection/details`: endpoint-protection malops only; anything else is no valid id.
    func malopDetails(_ body: Document) -> Answer {
        guard let guid = body["malopGuid"]?.text,
            let malop = malops.first(where: { $0.id.guid == GUID(guid) && !$0.isBehavioural })
        else {
            return .json(["result": "Malop ID is not valid"], status: 400)
        }
        return .json(MalopDetails(malop: malop, graph: graph, encoding: console.guidEncoding).document)
    }

    /// `POST /rest/detection/inbox`: malops of both kinds that changed in a window.
    func malopInbox(_ body: Document) -> Answer {
        guard let start = body["startTime"]?.integer, let end = body["endTime"]?.integer, start <= end else {
            return .json(["result": "Time range is not valid"], status: 400)
        }
        let shown = malops.filter { $0.updated >= start && $0.created <= end }
        let machines = Set(shown.flatMap(\.machines))
        let online = machines.count { graph[$0]?.isTrue("isActiveProbeConnected") == true }
        return .json([
            "malops": .array(
                shown.map { MalopDetails(malop: $0, graph: graph, encoding: console.guidEncoding).inboxRow }),
            "machineCounterModel": [
                "@class": ".MachineCounterModel", "totalMachines": .integer(graph.all("Machine").count),
                "onlineInfectedCount": .integer(online),
            ],
        ])
    }

    /// `POST /rest/detection/custom-remediation`: what may be done about malops, target by target.
    func customRemediation(_ body: Document) -> Answer {
        let asked = ["detectionEventMalopGuids", "processMalopGuids"].flatMap { body[$0]?.items ?? [] }
        let guids = asked.compactMap(\.text).map(GUID.init)
        let rows = malops.filter { guids.contains($0.id.guid) }.flatMap { malop in
            possibleActions(malop).compactMap { customRow(malop, $0.type, $0.target) }
        }
        return .json(["data": .array(rows), "status": "SUCCESS", "errorMessage": ""])
    }

    private func possibleActions(_ malop: Malop) -> [(type: ActionType, target: ElementID)] {
        let live = malop.processSuspects.map(\.element).filter { graph[$0]?.isTrue("isLiveProcess") == true }
        let free = malop.fileSuspects.map(\.element).filter { graph[$0]?.isTrue("fileIsQuarantined") == false }
        return live.map { (.killProcess, $0) } + free.map { (.quarantineFile, $0) }
            + malop.autoruns.filter { graph[$0] != nil }.map { (.deleteRegistryKey, $0) }
    }

    private func customRow(_ malop: Malop, _ type: ActionType, _ target: ElementID) -> Document? {
        guard let element = graph[target], let machine = graph.machine(of: element) else { return nil }
        let encoding = console.guidEncoding
        let targetText = element.guid.text(encoding)
        return [
            "uniqueId": .string("\(type.rawValue)::\(targetText)"), "remediationType": .string(type.rawValue),
            "targetName": .string(element.name), "targetId": .string(targetText),
            "machineName": .string(machine.name), "machineId": .string(machine.guid.text(encoding)),
            "machinesCount": 1, "malopId": .string(malop.id.guid.text(encoding)), "metaData": nil,
            "malopType": .string(malop.id.type),
            "machineConnected": .bool(machine.isTrue("isActiveProbeConnected")),
        ]
    }
}
