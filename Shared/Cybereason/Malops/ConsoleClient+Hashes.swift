extension ConsoleClient {
    /// Asks for the hashes of suspects that came without any: the details of a malop have none for processes, and the
    /// list of offered actions has none at all. The details are useful without them, so a failure only makes them
    /// partial.
    func addHashes(to details: inout MalopDetails, until deadline: ContinuousClock.Instant) async {
        let bare = details.suspects.filter { $0.md5 == nil && $0.sha1 == nil }
        let kinds: [(kind: Suspect.Kind, type: String, fields: [String])] = [
            (.file, "File", Suspect.fileFields), (.process, "Process", Suspect.processFields),
        ]
        for (kind, type, fields) in kinds {
            let guids = bare.filter { $0.kind == kind }.map(\.guid)
            guard !guids.isEmpty else { continue }
            do {
                let answer = try await elements(type, guids: guids, fields: fields, deadline: deadline)
                details.complete(from: answer.rows.map { kind == .file ? Suspect(file: $0) : Suspect(process: $0) })
                if details.completeness.isWhole { details.completeness = answer.completeness }
            } catch {
                details.completeness = .partial(PartialReason(.pageMissing, "hashes: \(error)"))
            }
        }
    }
}

extension MalopDetails {
    fileprivate mutating func complete(from found: [Suspect]) {
        let places = Dictionary(suspects.enumerated().map { ($1.guid, $0) }) { first, _ in first }
        for suspect in found {
            guard let place = places[suspect.guid] else { continue }
            suspects[place].complete(from: suspect)
        }
    }
}

extension Suspect {
    /// What to ask for of a file.
    static let fileFields = [
        "elementDisplayName", "ownerMachine", "correctedPath", "md5String", "sha1String", "sha256String",
        "fileIsQuarantined",
    ]
    /// What to ask for of a process.
    static let processFields = [
        "elementDisplayName", "creationTime", "endTime", "commandLine", "ownerMachine", "imageFile",
        "imageFile.sha1String", "imageFile.md5String", "imageFile.sha256String", "imageFile.correctedPath",
    ]

    /// Reads a file of the investigation interface.
    init(file row: ElementRow) {
        self.init(guid: row.guid, kind: .file)
        let machine = row.references("ownerMachine").first
        name = row.text("elementDisplayName") ?? ""
        path = row.text("correctedPath")
        md5 = row.text("md5String")
        sha1 = row.text("sha1String")
        sha256 = row.text("sha256String")
        machineID = machine?.guid
        machineName = machine?.name
        isQuarantined = row.flag("fileIsQuarantined")
    }
}
