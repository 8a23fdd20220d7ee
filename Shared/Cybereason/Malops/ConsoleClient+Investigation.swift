import HTTPClient
import JSON

/// Malops of behaviour: the malop from `crimes/unified`, its processes and their connections from the investigation
/// interface.
extension ConsoleClient {
    func investigate(
        malop malopID: String, until deadline: ContinuousClock.Instant
    ) async throws(ConsoleError) -> MalopDetails? {
        let call = Call.post("/rest/crimes/unified", Self.crimesBody(malopID), .lookup, until: deadline)
        let malops = try QueryAnswer(try await caller.read(call).body)
        guard let row = malops.rows.first(where: { $0.guid == malopID }) else {
            if let defect = malops.defect, defect.kind != .noData {
                throw ConsoleError(.unavailable, "the console answered for malops in part: \(defect.detail)")
            }
            return nil
        }
        var details = MalopDetails(behaviour: row)
        details.completeness = malops.completeness
        try await addProcesses(to: &details, until: deadline)
        try await addConnections(to: &details, until: deadline)
        return details
    }

    private func addProcesses(
        to details: inout MalopDetails, until deadline: ContinuousClock.Instant
    ) async throws(ConsoleError) {
        let path = [
            VisualQuery.Step(type: "MalopProcess", guids: [details.malopID], link: "suspects"),
            VisualQuery.Step(type: "Process", isResult: true),
        ]
        let answer = try await ask(path, fields: Suspect.processFields, deadline: deadline)
        details.suspects = answer.rows.map(Suspect.init(process:))
        if details.completeness.isWhole { details.completeness = answer.completeness }
    }

    private func addConnections(
        to details: inout MalopDetails, until deadline: ContinuousClock.Instant
    ) async throws(ConsoleError) {
        let processes = details.suspects.filter { $0.kind == .process }.map(\.guid)
        guard !processes.isEmpty else { return }
        let path = [
            VisualQuery.Step(
                type: "Process", guids: Array(processes.prefix(Self.elementsPerRequest)), link: "connections"),
            VisualQuery.Step(type: "Connection", isResult: true),
        ]
        let fields = ["elementDisplayName", "remoteAddress", "domainName", "urlDomains"]
        let answer = try await ask(path, fields: fields, deadline: deadline)
        let names: (String) -> [String] = { feature in
            answer.rows.flatMap { $0.references(feature).map(\.name) + $0.texts(feature) }
        }
        details.addresses = MalopDetails.distinct(names("remoteAddress"))
        details.domains = MalopDetails.distinct(names("domainName") + names("urlDomains"))
        if details.completeness.isWhole { details.completeness = answer.completeness }
    }

    private static func crimesBody(_ malopID: String) -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            writer.field("totalResultLimit", 10_000)
            writer.field("perGroupLimit", 10_000)
            writer.field("perFeatureLimit", 100)
            writer.field("templateContext", "OVERVIEW")
            writer.field("customFields", [String]())
            writer.key("queryPath")
            writer.array { writer in
                writer.object { writer in
                    writer.field("requestedType", "MalopProcess")
                    writer.field("guidList", [malopID])
                    writer.field("result", true)
                }
            }
        }
        return writer.finish()
    }
}

extension MalopDetails {
    /// Reads a malop of `crimes/unified`.
    init(behaviour row: ElementRow) {
        self.init(malopID: row.guid, source: .investigation)
        displayName = row.text("elementDisplayName") ?? row.text("rootCauseElementNames") ?? ""
        detectionTypes = row.texts("detectionType").filter { !$0.isEmpty }
        detectionEngines = ["EDR"]
        status = row.text("managementStatus")
        creationTime = row.time("malopStartTime") ?? row.time("creationTime")
        lastUpdateTime = row.time("malopLastUpdateTime")
        hashes = MalopDetails.distinct(row.texts("rootCauseElementHashes"))
        machines = row.references("affectedMachines").map { MachineState(guid: $0.guid, name: $0.name) }
    }
}

extension Suspect {
    /// Reads a process of the investigation interface.
    init(process row: ElementRow) {
        self.init(guid: row.guid, kind: .process)
        let machine = row.references("ownerMachine").first
        name = row.text("elementDisplayName") ?? ""
        path = row.text("imageFile.correctedPath")
        commandLine = row.text("commandLine")
        md5 = row.text("imageFile.md5String")
        sha1 = row.text("imageFile.sha1String")
        sha256 = row.text("imageFile.sha256String")
        machineID = machine?.guid
        machineName = machine?.name
        firstSeen = row.time("creationTime")
        lastSeen = row.time("endTime")
    }
}
