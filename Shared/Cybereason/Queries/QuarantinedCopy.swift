internal import PlatformIDs

/// What came of looking for the copy that the quarantine of a file has left. It has an id of its own, and that is what
/// brings the file back.
public enum QuarantineSearch: Sendable, Hashable {
    /// It is certainly this one.
    case found(String)

    /// There is none, or not yet: the console's data may come later than the sensor's report.
    case nothing

    /// These may be it, and nothing tells which, or that one of them is.
    case ambiguous([String])
}

/// What the console shows of a file, or of the quarantined copy of one, by which the two are recognized.
struct FileIdentity: Sendable, Equatable {
    var guid: String
    var name = ""
    var machineID: String?
    var machineName: String?
    var path: String?
    var sha1: String?
    var md5: String?

    /// The ids of the files that a copy was made of, where the console says so.
    var originals: [String] = []

    /// Whether a copy is of this file by its own word.
    func isOriginal(of copy: FileIdentity) -> Bool {
        copy.originals.contains { PlatformID.areSame($0, guid) }
    }

    /// Whether nothing that is known of both speaks against it.
    func mayBeOriginal(of copy: FileIdentity) -> Bool {
        guard copy.originals.isEmpty || isOriginal(of: copy) else { return false }
        guard Self.areSame(name, copy.name) != false, Self.areSame(path, copy.path) != false else { return false }
        guard Self.areSame(sha1, copy.sha1) != false, Self.areSame(md5, copy.md5) != false else { return false }
        guard let machineID, let other = copy.machineID else { return true }
        return PlatformID.areSame(machineID, other)
    }

    /// Whether more than its name and machine speaks for it: two files of one name may be on a machine.
    func isLikeOriginal(of copy: FileIdentity) -> Bool {
        isOriginal(of: copy) || Self.areSame(path, copy.path) == true || Self.areSame(sha1, copy.sha1) == true
            || Self.areSame(md5, copy.md5) == true
    }

    /// The one of the copies that is certainly this file's. Never a guess: the wrong one would bring back another file.
    func copy(among candidates: [FileIdentity]) -> QuarantineSearch {
        let possible = candidates.filter(mayBeOriginal)
        let certain = possible.filter(isOriginal)
        if certain.count == 1 { return .found(certain[0].guid) }
        guard let only = possible.first else { return .nothing }
        if possible.count == 1, isLikeOriginal(of: only) { return .found(only.guid) }
        return .ambiguous(possible.map(\.guid).sorted())
    }

    /// Nil where one of them is not known.
    private static func areSame(_ one: String?, _ other: String?) -> Bool? {
        guard let one, let other, !one.isEmpty, !other.isEmpty else { return nil }
        return one.lowercased() == other.lowercased()
    }
}

extension ConsoleClient {
    /// Files whose copies one round of queries looks for at most.
    private static let copiesPerRound = 20

    /// Looks for the quarantined copies of files, by the files' GUIDs.
    ///
    /// The console cannot be asked by the original file's id. As the vendor's clients do, this asks for what is in
    /// quarantine under the file's name on its machine, and then takes of these only what is certainly made of the file:
    /// by its own word (`originalVersion`), or else by path or hash and with no other that it could be.
    ///
    /// - Returns: What was found for each id that was asked for.
    /// - Throws: ``ConsoleError``; also if an answer is not whole, for then one could be missing that it might be.
    public func quarantinedCopies(
        ofFiles guids: [String], deadline: ContinuousClock.Instant? = nil
    ) async throws(ConsoleError) -> [String: QuarantineSearch] {
        var found: [String: QuarantineSearch] = [:]
        for start in stride(from: 0, to: guids.count, by: Self.copiesPerRound) {
            let some = Array(guids[start..<min(start + Self.copiesPerRound, guids.count)])
            let files = try await identities(of: some, deadline)
            let copies = try await quarantined(like: files, deadline)
            for guid in some {
                let file = files.first { PlatformID.areSame($0.guid, guid) }
                found[guid] = file?.copy(among: copies) ?? .nothing
            }
        }
        return found
    }

    /// What is in quarantine under one of the names on one of the machines of these files.
    private func quarantined(
        like files: [FileIdentity], _ deadline: ContinuousClock.Instant?
    ) async throws(ConsoleError) -> [FileIdentity] {
        let named = files.filter { !$0.name.isEmpty && $0.machineName?.isEmpty == false }
        guard !named.isEmpty else { return [] }
        let filters = [
            VisualQuery.Filter(
                feature: "elementDisplayName", comparison: "ContainsIgnoreCase",
                values: Set(named.map(\.name)).sorted()),
            VisualQuery.Filter(
                feature: "ownerMachine", comparison: "ContainsIgnoreCase",
                values: Set(named.compactMap(\.machineName)).sorted()),
        ]
        let step = VisualQuery.Step(type: "QuarantineFile", filters: filters, isResult: true)
        let answer = try await ask(
            [step], fields: ["elementDisplayName", "ownerMachine", "quarantineFile"], deadline: deadline)
        try Self.whole(answer.completeness)
        var entries: [String: FileIdentity] = [:]
        for row in answer.rows {
            let owner = row.references("ownerMachine").first
            for copy in row.references("quarantineFile") {
                entries[copy.guid] = FileIdentity(
                    guid: copy.guid, name: row.text("elementDisplayName") ?? copy.name, machineID: owner?.guid,
                    machineName: owner?.name)
            }
        }
        // What the console shows of the copy itself says more than its entry does.
        for shown in try await identities(of: entries.keys.sorted(), deadline) {
            guard let key = entries.keys.first(where: { PlatformID.areSame($0, shown.guid) }) else { continue }
            entries[key]?.add(shown)
        }
        return Array(entries.values)
    }

    private func identities(
        of guids: [String], _ deadline: ContinuousClock.Instant?
    ) async throws(ConsoleError) -> [FileIdentity] {
        guard !guids.isEmpty else { return [] }
        let fields = [
            "elementDisplayName", "ownerMachine", "correctedPath", "sha1String", "md5String", "originalVersion",
        ]
        let answer = try await elements("File", guids: guids, fields: fields, deadline: deadline)
        try Self.whole(answer.completeness)
        return answer.rows.map { row in
            let owner = row.references("ownerMachine").first
            return FileIdentity(
                guid: row.guid, name: row.text("elementDisplayName") ?? "", machineID: owner?.guid,
                machineName: owner?.name, path: row.text("correctedPath"), sha1: row.text("sha1String"),
                md5: row.text("md5String"), originals: row.references("originalVersion").map(\.guid))
        }
    }

    private static func whole(_ completeness: Completeness) throws(ConsoleError) {
        guard case .partial(let reason) = completeness else { return }
        throw ConsoleError(.unavailable, "only a part of the quarantined files came: \(reason.detail)")
    }
}

extension FileIdentity {
    fileprivate mutating func add(_ other: FileIdentity) {
        if name.isEmpty { name = other.name }
        machineID = machineID ?? other.machineID
        (path, sha1, md5, originals) = (other.path, other.sha1, other.md5, other.originals)
    }
}
