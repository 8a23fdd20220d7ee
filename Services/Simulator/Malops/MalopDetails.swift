/// Writes a malop as `detection/details` and `detection/inbox` show it.
///
/// The decision statuses appear here as words for people (`Detected`, `Prevented`), not as `DDS_` codes; the codes
/// stand with the suspects.
struct MalopDetails {
    let malop: Malop
    let graph: ElementGraph
    let encoding: GUID.Encoding

    var inboxRow: Document {
        common(class: ".MalopInboxModel", machineClass: ".MachineInboxModel", withDirectory: false)
    }

    var document: Document {
        var document = common(
            class: ".DetectionMalopDetailsModel", machineClass: ".MachineDetailsModel", withDirectory: true)
        let files = malop.fileSuspects.compactMap(fileSuspect)
        let processes = malop.processSuspects.compactMap(processSuspect)
        document["fileSuspects"] = .array(files)
        document["processSuspects"] = processes.isEmpty ? .null : .array(processes)
        document["files"] = malop.fileSuspects.isEmpty ? .null : .array(malop.fileSuspects.compactMap(file))
        document["processes"] = processes.isEmpty ? .null : .array(malop.processSuspects.compactMap(process))
        document["connections"] = malop.connections.isEmpty ? .null : .array(malop.connections.compactMap(connection))
        document["timelineEvents"] = []
        document["detectionValues"] = .strings(malop.fileSuspects.compactMap { graph[$0.element]?.name })
        document["detectionValueTypes"] = malop.fileSuspects.isEmpty ? [] : ["DVT_FILE"]
        document["fileHash"] = .string(hashes.first)
        document["fileClassificationType"] = "av_detected"
        document["filePaths"] = .strings(malop.fileSuspects.compactMap { graph[$0.element]?.first("correctedPath") })
        document["commandLines"] = .strings(
            malop.processSuspects.compactMap { graph[$0.element]?.first("commandLine") })
        document["descriptions"] = []
        return document
    }

    private func common(class name: String, machineClass: String, withDirectory: Bool) -> Document {
        [
            "@class": .string(name), "guid": .string(malop.id.guid.text(encoding)),
            "displayName": .string(malop.displayName),
            "rootCauseElementType": .string(malop.fileSuspects.isEmpty ? "Process" : "File"),
            "primaryRootCauseName": .string(firstSuspect?.name),
            "rootCauseElementNamesCount": .integer(malop.fileSuspects.count + malop.processSuspects.count),
            "detectionEngines": .strings(malop.engines), "detectionTypes": .strings([malop.detectionType]),
            "malopDetectionType": .string(malop.detectionType), "creationTime": .integer(malop.created),
            "lastUpdateTime": .integer(malop.updated), "iconBase64": "", "priority": nil, "group": "",
            "rootCauseElementHashes": .strings(hashes), "status": .string(malop.status),
            "severity": .string(malop.severity),
            "machines": .array(malop.machines.compactMap { machine($0, machineClass, withDirectory) }),
            "users": .array(malop.accounts.compactMap(account)), "containers": [], "labels": [],
            "decisionStatuses": .strings(displayedStatuses), "malopCloseTime": nil, "closerName": nil,
            "malopType": .string(malop.detectionType), "escalated": false, "malopPriority": nil,
            "edr": .bool(malop.isBehavioural), "malopStatus": .string(malop.status),
            "malopSeverity": .string(malop.severity), "closed": .bool(malop.status == "Closed"), "empty": false,
        ]
    }

    private var firstSuspect: Element? {
        (malop.fileSuspects + malop.processSuspects).first.flatMap { graph[$0.element] }
    }

    /// The SHA-1 of the files and of the processes' images, each once.
    private var hashes: [String] {
        let processes = malop.processSuspects.compactMap { graph[$0.element]?.link("imageFile") }
        var found: [String] = []
        for id in malop.fileSuspects.map(\.element) + processes {
            guard let hash = graph[id]?.first("sha1String"), !found.contains(hash) else { continue }
            found.append(hash)
        }
        return found
    }

    private var displayedStatuses: [String] {
        let codes = graph[malop.id]?.values["decisionStatuses"]?.present ?? []
        let isPrevented = codes.contains {
            !$0.contains("FAILED") && !$0.contains("DETECTED") && !$0.contains("UNKNOWN")
        }
        let isOpen = codes.isEmpty || codes.contains { $0.contains("FAILED") || $0.contains("DETECTED") }
        return (isOpen ? ["Detected"] : []) + (isPrevented ? ["Prevented"] : [])
    }
}

extension MalopDetails {
    private func machine(_ id: ElementID, _ name: String, _ withDirectory: Bool) -> Document? {
        guard let machine = graph[id] else { return nil }
        var document: Document = [
            "@class": .string(name), "guid": .string(machine.guid.text(encoding)),
            "displayName": .string(machine.name), "osType": .string(machine.first("osType")),
            "connected": .bool(machine.isTrue("isActiveProbeConnected")),
            "isolated": .bool(machine.isTrue("isIsolated")),
            "lastConnected": .integer(machine.first("lastSeenTimeStamp").flatMap { Int64($0) }), "empty": false,
        ]
        if withDirectory {
            document["pylumId"] = .string(machine.first("pylumId"))
            document["adDNSHostName"] = .string(machine.first("adDNSHostName"))
            document["adOU"] = .string(machine.first("adOU"))
        }
        return document
    }

    private func account(_ id: ElementID) -> Document? {
        guard let account = graph[id] else { return nil }
        return [
            "guid": .string(account.guid.text(encoding)), "displayName": .string(account.name),
            "admin": .bool(account.isTrue("isAdmin")), "localSystem": false, "domainUser": true,
        ]
    }

    /// What suspects, files and processes have in common.
    private func base(_ id: ElementID, _ name: String) -> (Element, Document)? {
        guard let element = graph[id] else { return nil }
        let machine = graph.machine(of: element)
        return (
            element,
            [
                "@class": .string(name), "firstSeen": .integer(malop.created), "lastSeen": .integer(malop.updated),
                "counter": 1, "wasEverDetectedInScan": false, "wasEverDetectedByAccess": true,
                "guid": .string(element.guid.text(encoding)), "ownerMachineName": .string(machine?.name),
                "ownerMachineGuid": .string(machine?.guid.text(encoding)),
                "elementDisplayName": .string(element.name),
            ]
        )
    }

    private func fileSuspect(_ suspect: Malop.Suspect) -> Document? {
        guard let (file, base) = base(suspect.element, ".FileSuspectDetailsModel") else { return nil }
        var document = base
        document["detectionDecisionStatus"] = .string(suspect.decisionStatus)
        document["sha1String"] = .string(file.first("sha1String"))
        document["correctedPath"] = .string(file.first("correctedPath"))
        document["modifiedTime"] = .integer(file.first("modifiedTime").flatMap { Int64($0) })
        document["behaviourIdString"] = nil
        return document
    }

    private func file(_ suspect: Malop.Suspect) -> Document? {
        guard let (file, base) = base(suspect.element, ".FileDetailsModel") else { return nil }
        var document = base
        document["lastDetectionDecisionStatus"] = .string(suspect.lastDecisionStatus)
        document["sha1String"] = .string(file.first("sha1String"))
        document["md5String"] = .string(file.first("md5String"))
        document["correctedPath"] = .string(file.first("correctedPath"))
        document["quarantined"] = .bool(file.isTrue("fileIsQuarantined"))
        return document
    }

    private func processSuspect(_ suspect: Malop.Suspect) -> Document? {
        guard let (process, base) = base(suspect.element, ".ProcessSuspectDetailsModel") else { return nil }
        var document = base
        document["detectionDecisionStatus"] = .string(suspect.decisionStatus)
        document["commandLine"] = .string(process.first("commandLine"))
        return document
    }

    private func process(_ suspect: Malop.Suspect) -> Document? {
        guard let (process, base) = base(suspect.element, ".ProcessDetailsModel") else { return nil }
        let image = process.link("imageFile").flatMap { graph[$0] }
        var document = base
        document["lastDetectionDecisionStatus"] = .string(suspect.lastDecisionStatus)
        document["commandLine"] = .string(process.first("commandLine"))
        document["creationTime"] = .integer(process.first("creationTime").flatMap { Int64($0) })
        document["endTime"] = .integer(process.first("endTime").flatMap { Int64($0) })
        document["imageFileHash"] = .string(image?.first("sha1String"))
        return document
    }

    private func connection(_ id: ElementID) -> Document? {
        guard let (connection, base) = base(id, ".ConnectionDetailsModel") else { return nil }
        func name(_ link: String) -> String? { connection.link(link).flatMap { graph[$0]?.name } }
        var document = base
        document["remoteAddress"] = .string(name("remoteAddress"))
        document["remotePort"] = .integer(connection.first("remotePort").flatMap { Int64($0) })
        document["domainName"] = .string(name("domainName"))
        document["direction"] = .string(connection.first("direction"))
        return document
    }
}
