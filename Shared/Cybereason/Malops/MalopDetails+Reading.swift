import JSON

extension MalopDetails {
    /// Reads the answer of `detection/details`; nil if it does not name a malop.
    init?(_ root: JSONValue) {
        guard let guid = root["guid"]?.asString, !guid.isEmpty else { return nil }
        self.init(malopID: guid, source: .detectionDetails)
        displayName = root["displayName"]?.asString ?? ""
        detectionTypes = Self.texts(root["detectionTypes"])
        detectionEngines = Self.texts(root["detectionEngines"])
        decisionStatuses = Self.texts(root["decisionStatuses"])
        status = root["status"]?.asString
        severity = root["severity"]?.asString
        priority = root["malopPriority"]?.asString ?? root["priority"]?.asString
        creationTime = Timestamp(platform: root["creationTime"]?.asInt64)
        lastUpdateTime = Timestamp(platform: root["lastUpdateTime"]?.asInt64)
        hashes = Self.distinct(Self.texts(root["rootCauseElementHashes"]) + Self.texts(root["fileHash"]))
        let group = root["group"]?.asString ?? ""
        machines = Self.each(root["machines"]) { MachineState(details: $0, group: group) }
        readSuspects(root)
        readConnections(root["connections"])
    }

    /// Suspects carry the status of their detection, files and processes the latest one: the same element may be in
    /// both lists with different words, and then the suspect's are kept.
    private mutating func readSuspects(_ root: JSONValue) {
        let lists: [(JSONValue?, Suspect.Kind)] = [
            (root["fileSuspects"], .file), (root["processSuspects"], .process), (root["files"], .file),
            (root["processes"], .process),
        ]
        var places: [String: Int] = [:]
        for (list, kind) in lists {
            for suspect in Self.each(list, { Suspect(details: $0, kind: kind) }) {
                if let place = places[suspect.guid] {
                    suspects[place].complete(from: suspect)
                } else {
                    places[suspect.guid] = suspects.count
                    suspects.append(suspect)
                }
            }
        }
    }

    /// The form of a connection is not public: every field that names the other side is looked at.
    private mutating func readConnections(_ list: JSONValue?) {
        guard let list else { return }
        var domains: [String] = []
        var addresses: [String] = []
        for connection in list.elements {
            for key: StaticString in [
                "remoteAddress", "remoteIp", "remoteIpAddress", "ipAddress", "serverAddress", "address",
            ] {
                addresses += Self.names(connection[key])
            }
            for key: StaticString in ["domainName", "domain", "urlDomains", "remoteDomain", "hostName"] {
                domains += Self.names(connection[key])
            }
        }
        self.domains = Self.distinct(domains)
        self.addresses = Self.distinct(addresses)
    }

    static func each<T>(_ list: JSONValue?, _ make: (JSONValue) -> T?) -> [T] {
        guard let list else { return [] }
        return list.elements.compactMap(make)
    }

    /// A text, or a list of texts with nulls in it.
    static func texts(_ value: JSONValue?) -> [String] {
        guard let value else { return [] }
        if let text = value.asString { return text.isEmpty ? [] : [text] }
        return value.elements.compactMap(\.asString).filter { !$0.isEmpty }
    }

    static func distinct(_ values: [String]) -> [String] {
        var seen: Set<String> = []
        return values.filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    /// A text, an object with a name, or a list of either.
    private static func names(_ value: JSONValue?) -> [String] {
        guard let value else { return [] }
        switch value.kind {
        case .string: return texts(value)
        case .object:
            return [value["elementDisplayName"] ?? value["displayName"] ?? value["name"]].compactMap { $0?.asString }
        case .array: return value.elements.flatMap { names($0) }
        case .null, .bool, .number: return []
        }
    }
}

extension MachineState {
    /// Reads a machine of `detection/details`.
    init?(details value: JSONValue, group: String) {
        guard let guid = value["guid"]?.asString, !guid.isEmpty else { return nil }
        var groups = MalopDetails.texts(value["groups"]) + MalopDetails.texts(value["group"])
        if groups.isEmpty && !group.isEmpty { groups = [group] }
        let isTold = !groups.isEmpty || value["groups"]?.kind == .array
        self.init(
            guid: guid, name: value["displayName"]?.asString ?? "", pylumID: value["pylumId"]?.asString,
            osType: value["osType"]?.asString, isConnected: value["connected"]?.asBool,
            isIsolated: value["isolated"]?.asBool, groups: isTold ? groups : nil,
            lastSeen: Timestamp(platform: value["lastConnected"]?.asInt64))
    }
}

extension Suspect {
    /// Reads a suspect, file or process of `detection/details`.
    init?(details value: JSONValue, kind: Kind) {
        guard let guid = value["guid"]?.asString, !guid.isEmpty else { return nil }
        self.init(guid: guid, kind: kind)
        let image = value["imageFile"]
        name = value["elementDisplayName"]?.asString ?? value["displayName"]?.asString ?? ""
        path = Self.text(value["correctedPath"]) ?? Self.text(image?["correctedPath"])
        commandLine = Self.text(value["commandLine"])
        md5 = Self.text(value["md5String"]) ?? Self.text(image?["md5String"])
        sha1 =
            Self.text(value["sha1String"]) ?? Self.text(image?["sha1String"]) ?? Self.text(value["imageFileHash"])
        sha256 = Self.text(value["sha256String"]) ?? Self.text(image?["sha256String"])
        machineID = Self.text(value["ownerMachineGuid"])
        machineName = Self.text(value["ownerMachineName"])
        decisionStatus =
            Self.text(value["detectionDecisionStatus"]) ?? Self.text(value["lastDetectionDecisionStatus"])
        isQuarantined = value["quarantined"]?.asBool
        firstSeen = Timestamp(platform: value["firstSeen"]?.asInt64)
        lastSeen = Timestamp(platform: value["lastSeen"]?.asInt64)
    }

    /// Takes over what is not known yet from another description of the same element.
    mutating func complete(from other: Suspect) {
        if name.isEmpty { name = other.name }
        path = path ?? other.path
        commandLine = commandLine ?? other.commandLine
        md5 = md5 ?? other.md5
        sha1 = sha1 ?? other.sha1
        sha256 = sha256 ?? other.sha256
        machineID = machineID ?? other.machineID
        machineName = machineName ?? other.machineName
        decisionStatus = decisionStatus ?? other.decisionStatus
        isQuarantined = isQuarantined ?? other.isQuarantined
        firstSeen = firstSeen ?? other.firstSeen
        lastSeen = lastSeen ?? other.lastSeen
    }

    private static func text(_ value: JSONValue?) -> String? {
        guard let text = value?.asString, !text.isEmpty else { return nil }
        return text
    }
}
