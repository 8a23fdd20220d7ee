/// A record of the request topic, as an outsider sends it.
struct PlannedRecord: Sendable {
    /// What it is to Riposte.
    enum Kind: String, Sendable {
        /// A request of its own.
        case request
        /// A request that came before, to the last byte.
        case duplicate
        /// The id of another request, with another body.
        case reused
        /// Nothing that could be carried out.
        case unusable
    }

    let kind: Kind
    /// Since the beginning.
    var at: Duration
    /// The sender's own id.
    var id: String?
    var key: String?
    var value: [UInt8]
    /// Chooses a partition whatever the key says; nil leaves that to the key.
    var partition: Int?
}
