/// `POST /rest/monitor/global/commands/isolate` and `un-isolate`, which name machines by their sensor's id.
extension World {
    mutating func isolation(_ body: Document, _ isolates: Bool, _ user: ConsoleUser) -> Answer {
        guard user.mayRemediate else { return forbidden }
        let pylumIDs = (body["pylumIds"]?.items ?? []).compactMap(\.text)
        guard !pylumIDs.isEmpty else { return .text("Bad Request: pylumIds is missing", status: 400) }
        let words = pylumIDs.map { Document.Member(key: $0, value: .string(command($0, isolates))) }
        let type = isolates ? "ISOLATE_MACHINE" : "UNISOLATE_MACHINE"
        journal.append(
            Journal.Entry(
                at: now, kind: isolates ? .isolate : .unIsolate, user: user.name, sessionUser: user.name,
                malop: body["malopId"]?.text,
                actions: pylumIDs.map { id in
                    .init(machine: graph.machine(pylumID: id)?.guid.text(console.guidEncoding), type: type)
                }, pylumIDs: pylumIDs))
        return .json(.object(words))
    }

    /// The word that the console answers for one machine; only `Succeeded` and `Primed` change anything.
    private mutating func command(_ pylumID: String, _ isolates: Bool) -> String {
        guard let machine = graph.machine(pylumID: pylumID) else { return "UnknownProbe" }
        let scripted = machine.first(isolates ? "simulated.isolate" : "simulated.un-isolate")
        let isOnline = machine.isTrue("isActiveProbeConnected")
        let word = scripted ?? (isOnline ? "Succeeded" : console.remediation.offlineIsolation)
        switch word {
        case "Succeeded": graph.update(machine.id) { $0.values["isIsolated"] = .one(isolates) }
        case "Primed": primed[machine.id] = isolates
        default: break
        }
        return word
    }
}
