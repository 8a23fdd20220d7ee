/// Collects a request's body up to a limit. A little more than the limit is read and thrown away, because a client
/// that is still sending does not see an answer that comes before it is done.
struct BodyIntake: Sendable {
    /// What to do with the connection after a block.
    enum Step: Equatable {
        case goOn
        /// So much came that the connection has to be closed without an answer.
        case cut
    }

    /// Bytes read beyond the limit before the connection is cut.
    static let drainBytes = 4 * 1024 * 1024

    let limit: Int
    private(set) var bytes: [UInt8] = []
    private(set) var received = 0

    init(limit: Int) {
        self.limit = limit
    }

    var isTooLarge: Bool { received > limit }

    /// Whether a body of this length is worth reading before it is refused.
    func canDrain(_ length: Int) -> Bool {
        length - Self.drainBytes <= limit
    }

    mutating func receive(_ block: some Collection<UInt8>) -> Step {
        received += block.count
        if isTooLarge {
            bytes = []
            return canDrain(received) ? .goOn : .cut
        }
        bytes.append(contentsOf: block)
        return .goOn
    }
}
