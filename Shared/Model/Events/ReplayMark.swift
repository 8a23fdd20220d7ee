public import JSON

/// What the header `riposte-replay-of` of a replayed record says: where the record first stood.
///
/// A replay is a copy at the end of the same partition. With this mark it has the identity of the first: the same id, the
/// same source in results, the same time to live. So replaying does nothing twice, however often.
public struct ReplayMark: JSONRecord, Hashable {
    /// The name of the record header; its value is the JSON of this.
    public static let headerName = "riposte-replay-of"

    /// The longest value of the header that is read, in bytes.
    public static let longestValue = 1024

    /// Where the first of all copies stands or stood, with its own time.
    public var origin = Origin()

    /// When a service first gave it up: it is no younger than that, whatever its sender's clock said.
    public var deadAt = Timestamp(milliseconds: 0)

    /// A mark of no record.
    public init() {}

    /// The mark of a record that stood at `origin`.
    public init(of origin: Origin, deadAt: Timestamp) {
        self.origin = origin
        self.deadAt = deadAt
    }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("origin", &origin)
        try c("deadAt", &deadAt)
    }
}
