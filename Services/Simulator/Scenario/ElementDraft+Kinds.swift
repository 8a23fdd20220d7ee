/// What each list of a scenario may say of its elements.
extension ElementDraft {
    mutating func readMachineMembers(_ fields: inout Fields) throws(ScenarioError) {
        let online = try fields.bool("online", default: true)
        let pylumID = try fields.string("pylumId", default: "PYLUMCLIENT_SIMULATED_\(handle)")
        values["pylumId"] = .one(pylumID)
        values["isActiveProbeConnected"] = .one(online)
        values["isConnected"] = .one(online)
        values["isIsolated"] = .one(try fields.bool("isolated", default: false))
        values["osType"] = .one(try fields.string("osType", default: "WINDOWS"))
        values["osVersionType"] = .one(try fields.string("osVersionType", default: "Windows_10_22H2"))
        values["platformArchitecture"] = .one("ARCH_AMD64")
        values["adDNSHostName"] = .one(try fields.string("dnsName", default: name.lowercased()))
        if let domain = try fields.optionalString("domain") { values["domainFqdn"] = .one(domain) }
        if let group = try fields.optionalString("group") { values["group"] = .one(group) }
        if let address = try fields.optionalString("address") { values["internalIpAddress"] = .one(address) }
        agesMs["lastSeenTimeStamp"] = online ? 0 : 7_200_000
        if let word = try fields.optionalString("isolateAnswer") { values["simulated.isolate"] = .one(word) }
        if let word = try fields.optionalString("unIsolateAnswer") { values["simulated.un-isolate"] = .one(word) }
        for (key, isOnline) in [("onlineAfterMs", true), ("offlineAfterMs", false)] {
            guard let delay = try fields.optionalInteger(key) else { continue }
            followUps.append(EventDraft(afterMs: delay, change: .online(machine: handle, isOnline)))
        }
    }

    mutating func readAccountMembers(_ fields: inout Fields) throws(ScenarioError) {
        values["isAdmin"] = .one(try fields.bool("admin", default: false))
        values["domain"] = .one(try fields.optionalString("domain"))
    }

    mutating func readFileMembers(_ fields: inout Fields) throws(ScenarioError) {
        let path = try fields.string("path", default: name)
        values["correctedPath"] = .one(path)
        values["canonizedPath"] = .one(path.lowercased())
        for (key, feature) in [("sha1", "sha1String"), ("md5", "md5String"), ("sha256", "sha256String")] {
            guard let hash = try fields.optionalString(key) else { continue }
            values[feature] = .one(hash)
        }
        values["size"] = .one(try fields.integer("size", default: 4096))
        values["isSigned"] = .one(try fields.bool("signed", default: false))
        values["maliciousClassificationType"] = .one(try fields.string("classification", default: "unknown"))
        values["fileIsQuarantined"] = .one(try fields.bool("quarantined", default: false))
        agesMs["createdTime"] = try fields.integer("createdAgoMs", default: 86_400_000)
        agesMs["modifiedTime"] = agesMs["createdTime"]
    }

    mutating func readProcessMembers(_ fields: inout Fields) throws(ScenarioError) {
        values["commandLine"] = .one(try fields.optionalString("commandLine"))
        values["pid"] = .one(try fields.integer("pid", default: Int64(GUID.stableHash(handle) % 30_000) + 1000))
        values["applicablePid"] = values["pid"]
        values["ransomwareAutoRemediationSuspended"] = .one(try fields.bool("suspended", default: false))
        agesMs["creationTime"] = try fields.integer("startedAgoMs", default: 3_600_000)
        let ended = try fields.optionalInteger("endedAgoMs")
        values["isLiveProcess"] = .one(ended == nil)
        values["endTime"] = .one(nil)
        if let ended { agesMs["endTime"] = ended }
        refer("imageFile", "File", try fields.optionalString("file"))
        refer("calculatedUser", "User", try fields.optionalString("account"))
        refer("parentProcess", "Process", try fields.optionalString("parent"), inverse: "children")
        if let delay = try fields.optionalInteger("endsAfterMs") {
            followUps.append(EventDraft(afterMs: delay, change: .processEnds(handle)))
        }
    }

    mutating func readConnectionMembers(_ fields: inout Fields) throws(ScenarioError) {
        let address = try fields.string("remoteAddress")
        let port = try fields.integer("remotePort", default: 443)
        if name == handle { name = "\(address):\(port)" }
        values["remotePort"] = .one(port)
        values["direction"] = .one(try fields.string("direction", default: "OUTGOING"))
        values["state"] = .one(try fields.string("state", default: "CONNECTION_OPEN"))
        values["transportProtocol"] = .one("TCP")
        agesMs["creationTime"] = try fields.integer("startedAgoMs", default: 600_000)
        refer("remoteAddress", "IpAddress", address)
        let domain = try fields.optionalString("domain")
        refer("domainName", "DomainName", domain)
        refer("urlDomains", "DomainName", domain)
        refer("ownerProcess", "Process", try fields.optionalString("process"), inverse: "connections")
    }

    mutating func readAutorunMembers(_ fields: inout Fields) throws(ScenarioError) {
        refer("dependInFile", "File", try fields.optionalString("file"), inverse: "autorun")
        refer("ownerProcess", "Process", try fields.optionalString("process"), inverse: "hasAutorunEvidence")
    }
}
