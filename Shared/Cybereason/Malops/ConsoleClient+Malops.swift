import HTTPClient
import JSON
import PlatformIDs

extension ConsoleClient {
    /// What the console knows of a malop. Asks `detection/details` first, which knows malops of endpoint protection;
    /// where that cannot answer, the interfaces for malops of behaviour, and then `detection/custom-remediation`.
    /// Hashes that are missing are asked for.
    ///
    /// What only the offered actions tell is partial if an interface before them may have known more and failed: it lacks
    /// times and decisions, and must not pass for what has become of the malop.
    ///
    /// - Throws: ``ConsoleError``; of kind `notFound` or `rejected` if no interface knows the malop.
    public func malopDetails(
        _ malopID: String, deadline: ContinuousClock.Instant? = nil
    ) async throws(ConsoleError) -> MalopDetails {
        try PlatformID.checked(malopID, "malop id")
        let deadline = self.deadline(deadline, .lookup)
        var first: ConsoleError?
        var unheard: ConsoleError?
        for source in MalopDetails.Source.allCases {
            do {
                guard var details = try await details(of: malopID, from: source, until: deadline) else { continue }
                await addHashes(to: &details, until: deadline)
                if source == .customRemediation, let unheard {
                    details.completeness = .partial(PartialReason(.sourceMissing, "what has become of it: \(unheard)"))
                }
                return details
            } catch {
                // What stops one interface from answering for this malop need not stop another; being away does.
                guard Self.mayBeKnownElsewhere(error) else { throw error }
                first = first ?? error
                if !Self.isDefinite(error) { unheard = unheard ?? error }
            }
        }
        throw first ?? ConsoleError(.notFound, "no such malop")
    }

    private func details(
        of malopID: String, from source: MalopDetails.Source, until deadline: ContinuousClock.Instant
    ) async throws(ConsoleError) -> MalopDetails? {
        switch source {
        case .detectionDetails: try await detectionDetails(malopID, until: deadline)
        case .investigation: try await investigate(malop: malopID, until: deadline)
        case .customRemediation: try await optionDetails(malopID, until: deadline)
        }
    }

    /// The actions that the console offers for a malop of endpoint protection. Empty if it offers none.
    ///
    /// - Throws: ``ConsoleError``.
    public func remediationOptions(
        ofMalop malopID: String, deadline: ContinuousClock.Instant? = nil
    ) async throws(ConsoleError) -> [RemediationOption] {
        var writer = JSONWriter(capacity: 128)
        let id = try PlatformID.checked(malopID, "malop id")
        writer.object { writer in
            writer.field("detectionEventMalopGuids", [id])
            writer.field("processMalopGuids", [String]())
        }
        let call = Call.post(
            "/rest/detection/custom-remediation", writer.finish(), .lookup, until: self.deadline(deadline, .lookup))
        let response = try await caller.read(call)
        return try PlatformJSON.read(response.body) { root throws(JSONError) in
            _ = try root.object()
            return MalopDetails.each(root["data"], RemediationOption.init)
        }
    }

    private func detectionDetails(
        _ malopID: String, until deadline: ContinuousClock.Instant
    ) async throws(ConsoleError) -> MalopDetails? {
        var writer = JSONWriter(capacity: 128)
        writer.object { $0.field("malopGuid", malopID) }
        let call = Call.post("/rest/detection/details", writer.finish(), .lookup, until: deadline)
        let response = try await caller.read(call)
        guard response.status != 204, !response.body.isEmpty else {
            return nil
        }
        return try PlatformJSON.read(response.body) { root throws(JSONError) in
            guard let details = MalopDetails(root) else { throw root.error(.missing, "guid") }
            return details
        }
    }

    private func optionDetails(
        _ malopID: String, until deadline: ContinuousClock.Instant
    ) async throws(ConsoleError) -> MalopDetails? {
        let options = try await remediationOptions(ofMalop: malopID, deadline: deadline)
        guard !options.isEmpty else { return nil }
        return MalopDetails(malopID: malopID, options: options)
    }

    /// A 500 is what some consoles answer `detection/details` with for a malop of behaviour, and a page of status 404 is
    /// what an older one may have in place of an interface that it lacks.
    private static func mayBeKnownElsewhere(_ error: ConsoleError) -> Bool {
        switch error.kind {
        case .notFound, .rejected, .notUnderstood: true
        case .unavailable: error.status == 500 || error.status == 404
        default: false
        }
    }

    /// Whether an interface said that it does not know the malop, or is not there; any other failure may pass.
    private static func isDefinite(_ error: ConsoleError) -> Bool {
        error.kind == .notFound || error.kind == .rejected || error.status == 404
    }
}

extension RemediationOption {
    init?(_ value: JSONValue) {
        guard let type = value["remediationType"]?.asString, let target = value["targetId"]?.asString,
            let machine = value["machineId"]?.asString, !target.isEmpty, !machine.isEmpty
        else { return nil }
        self.init(
            type: RemediationActionType(rawValue: type), targetID: target,
            targetName: value["targetName"]?.asString ?? "", machineID: machine,
            machineName: value["machineName"]?.asString ?? "",
            isMachineConnected: value["machineConnected"]?.asBool)
    }

    /// What kind of item the action is for; nil if it is for none, as the isolation of a machine, or is not known.
    var targetKind: Suspect.Kind? {
        switch type {
        case .killProcess, .killPreventUnsuspend, .unsuspendProcess: .process
        case .quarantineFile, .unquarantineFile, .blockFile: .file
        case .deleteRegistryKey: .registryEntry
        default: nil
        }
    }
}

extension MalopDetails {
    /// What can be told from the actions that the console offers.
    init(malopID: String, options: [RemediationOption]) {
        self.init(malopID: malopID, source: .customRemediation)
        var known: (machines: Set<String>, targets: Set<String>) = ([], [])
        for option in options {
            if known.machines.insert(option.machineID).inserted {
                machines.append(
                    MachineState(
                        guid: option.machineID, name: option.machineName, isConnected: option.isMachineConnected))
            }
            guard let kind = option.targetKind, known.targets.insert(option.targetID).inserted else { continue }
            var suspect = Suspect(guid: option.targetID, kind: kind)
            suspect.name = option.targetName
            suspect.machineID = option.machineID
            suspect.machineName = option.machineName
            suspects.append(suspect)
        }
        displayName = suspects.first?.name ?? ""
    }
}
