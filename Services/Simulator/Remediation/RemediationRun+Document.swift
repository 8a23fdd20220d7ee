extension RemediationRun {
    /// The remediation as every one of its endpoints shows it.
    func document(_ switches: RemediationSwitches) -> Document {
        var document: Document = [
            "malopId": .string(malop ?? switches.noMalop), "remediationId": .string(id), "start": .integer(start),
        ]
        if end != nil || switches.unfinishedEnd == .null { document["end"] = .integer(end) }
        document["initiatingUser"] = .string(user)
        document["statusLog"] = .array(log.map { $0.document(switches) })
        if switches.entryFields == .full { document["empty"] = false }
        return document
    }
}

extension RemediationRun.Entry {
    func document(_ switches: RemediationSwitches) -> Document {
        var document: Document = [
            "machineId": .string(machine), "targetId": .string(target), "status": .string(status),
            "actionType": .string(type),
        ]
        if switches.entryFields == .full || error != nil { document["error"] = error?.document ?? .null }
        document["timestamp"] = .integer(at)
        if switches.entryFields == .full { document["empty"] = false }
        return document
    }
}

extension RemediationFailure {
    var document: Document {
        var document: Document = ["message": .string(message)]
        if let type { document["errorType"] = .string(type) }
        return document
    }
}
