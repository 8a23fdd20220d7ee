public import JSON

/// What kind of item a suspect is, which decides what can be done about it.
public enum ItemKind: String, JSONName, CaseIterable, Sendable {
    /// A running process: it can be killed.
    case process

    /// A file on a disk: it can be quarantined.
    case file

    /// An entry of the Windows registry: it can be deleted.
    case registryEntry
}

/// A process, file or registry entry that a malop holds against a machine: what an action may be aimed at.
public struct Suspect: JSONRecord, Hashable {
    /// The item's GUID in the console: the `targetId` of an action.
    public var guid = ""

    /// What kind of item it is, which decides what can be done about it.
    public var kind = ItemKind.file

    /// The machine that it is on.
    public var machineGuid = ""

    /// The file's or process's name.
    public var name: String?

    /// The file's path.
    public var path: String?

    /// The process's command line.
    public var commandLine: String?

    /// Lower-case hexadecimal.
    public var md5: String?

    /// Lower-case hexadecimal.
    public var sha1: String?

    /// Lower-case hexadecimal. Threat intelligence knows no SHA-256.
    public var sha256: String?

    /// The console's own word for what its automatic protection did, for example `DDS_FAILED_TO_PREVENT`.
    public var decisionStatus: String?

    /// A suspect of which nothing is known.
    public init() {}

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("guid", &guid)
        try c("kind", &kind)
        try c("machineGuid", &machineGuid)
        try c("name", &name)
        try c("path", &path)
        try c("commandLine", &commandLine)
        try c("md5", &md5)
        try c("sha1", &sha1)
        try c("sha256", &sha256)
        try c("decisionStatus", &decisionStatus)
    }
}
