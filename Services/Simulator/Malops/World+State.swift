/// Endpoints about the console itself and its sensors.
extension World {
    func serverState(_ parts: [String], _ user: ConsoleUser) -> Answer {
        switch parts {
        case ["monitor", "global", "reg-server", "status"]:
            return .json([
                "pendingProbesPerServer": [:], "unassignedProbes": 0, "online": true, "readyToServe": true,
            ])
        case ["monitor", "global", "server", "version", "all"]:
            return .json(["data": ["version": .string(console.version)], "status": "SUCCESS"])
        case ["users", "current"]:
            return .json(["username": .string(user.name), "roles": .strings(user.roles)])
        default: return notFound
        }
    }

    /// `POST /rest/sensors/query`, with the filters and members that a client needs to find a machine's state.
    func sensors(_ body: Document) -> Answer {
        let limit = max(1, Int(clamping: body["limit"]?.integer ?? 100))
        let offset = max(0, Int(clamping: body["offset"]?.integer ?? 0))
        var found: [Document] = graph.all("Machine").map(sensor)
        for filter in body["filters"]?.items ?? [] {
            guard let field = filter["fieldName"]?.text,
                let comparison = SensorOperator(filter["operator"]?.text ?? "Equals")
            else { return .json(["totalResults": 0, "hasMoreResults": false]) }
            let wanted = (filter["values"]?.items ?? []).compactMap(\.printed)
            found = found.filter { comparison.accepts([$0[field]?.printed].compactMap(\.self), wanted: wanted) }
        }
        let page = found.dropFirst(offset * limit).prefix(limit)
        return .json([
            "totalResults": .integer(found.count), "sensors": .array(Array(page)),
            "hasMoreResults": .bool(found.count > (offset + 1) * limit),
        ])
    }

    private func sensor(_ machine: Element) -> Document {
        let isOnline = machine.isTrue("isActiveProbeConnected")
        return [
            "sensorId": .string(machine.first("pylumId")), "pylumId": .string(machine.first("pylumId")),
            "guid": .string(machine.guid.text(console.guidEncoding)), "machineName": .string(machine.name),
            "fqdn": .string(machine.first("adDNSHostName")), "status": isOnline ? "Online" : "Offline",
            "isolated": .bool(machine.isTrue("isIsolated")), "osType": .string(machine.first("osType")),
            "osVersionType": .string(machine.first("osVersionType")),
            "internalIpAddress": .string(machine.first("internalIpAddress")),
            "groupName": .string(machine.first("group")), "version": .string(console.version),
            "lastPylumInfoMsgUpdateTime": .integer(machine.first("lastSeenTimeStamp").flatMap { Int64($0) }),
        ]
    }
}

/// The operators of `sensors/query`, which are not quite those of a search.
struct SensorOperator {
    private let comparison: FilterOperator

    init?(_ name: String) {
        guard let found = name == "Is" ? .equals : FilterOperator.named(name, exactly: true) else { return nil }
        comparison = found
    }

    func accepts(_ values: [String], wanted: [String]) -> Bool { comparison.accepts(values, wanted: wanted) }
}
