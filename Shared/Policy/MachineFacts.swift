/// What is known of a machine when it is judged. Nil means not known, which is not the same as none.
public struct MachineFacts: Sendable, Hashable {
    /// The machine's GUID.
    public var guid: String
    /// Its name; empty counts as not known.
    public var name: String?
    /// The console's word for its operating system, for example `WINDOWS`.
    public var os: String?
    /// The console's groups that it belongs to.
    public var labels: [String]?

    /// A machine.
    public init(guid: String, name: String? = nil, os: String? = nil, labels: [String]? = nil) {
        self.guid = guid
        self.name = name?.isEmpty == true ? nil : name
        self.os = os?.isEmpty == true ? nil : os
        self.labels = labels
    }
}
