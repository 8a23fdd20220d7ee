import JSON

extension RemediationReport {
    /// Reads the object that `/rest/remediate`, progress, status and abort answer with.
    ///
    /// - Returns: nil if there is no remediation id, and so nothing to follow.
    init?(_ value: JSONValue) {
        guard let id = value["remediationId"]?.asString, !id.isEmpty else { return nil }
        self.init(
            remediationID: id, malopID: value["malopId"]?.asString, start: Timestamp(platform: value["start"]?.asInt64),
            end: Timestamp(platform: value["end"]?.asInt64), initiatingUser: value["initiatingUser"]?.asString)
        guard let log = value["statusLog"] else { return }
        for element in log.elements {
            if let entry = StatusLogEntry(element) { statusLog.append(entry) }
        }
    }
}

extension StatusLogEntry {
    init?(_ value: JSONValue) {
        guard let status = value["status"]?.asString else { return nil }
        let error = value["error"]
        self.init(
            machineID: value["machineId"]?.asString, targetID: value["targetId"]?.asString, status: status,
            actionType: value["actionType"]?.asString.map(RemediationActionType.init(rawValue:)),
            timestamp: Timestamp(platform: value["timestamp"]?.asInt64),
            errorMessage: error?["message"]?.asString ?? error?.asString, errorType: error?["errorType"]?.asString)
    }
}
