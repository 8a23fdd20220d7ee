public import JSON

/// A machine that a malop affects.
public struct Machine: JSONRecord, Hashable {
    /// The machine's GUID in the console: an opaque string in either of the console's encodings.
    public var guid = ""

    /// The host's name, where the console gives it.
    public var name: String?

    /// The sensor's own id, which the isolation commands need in place of the GUID.
    public var pylumId: String?

    /// The console's word for the operating system, for example `WINDOWS`.
    public var os: String?

    /// Whether its sensor was connected when the console was asked; absent if it did not say.
    public var connected: Bool?

    /// The console's groups that the machine belongs to.
    public var groups: [String]?

    /// A machine of which nothing is known.
    public init() {}

    /// A machine of which the console has told no more than this.
    public init(guid: String, name: String? = nil) {
        self.guid = guid
        self.name = name
    }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("guid", &guid)
        try c("name", &name)
        try c("pylumId", &pylumId)
        try c("os", &os)
        try c("connected", &connected)
        try c("groups", &groups)
    }
}
