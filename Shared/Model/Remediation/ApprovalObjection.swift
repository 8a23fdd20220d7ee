public import JSON

/// An approval that does not count, and why.
public struct ApprovalObjection: JSONRecord, Hashable {
    /// Who approved.
    public var by = ""

    /// The key that the approval was signed with; nil if it was not.
    public var keyId: String?

    /// Why it does not count, for a person: `they asked for it themselves`.
    public var why = ""

    /// An objection to nothing.
    public init() {}

    /// An objection.
    public init(by: String, keyId: String? = nil, why: String) {
        self.by = by
        self.keyId = keyId
        self.why = why
    }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("by", &by)
        try c("keyId", &keyId)
        try c("why", &why)
    }
}
