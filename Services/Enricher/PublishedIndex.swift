internal import JSON
internal import Model

/// What was published last about each malop: which of two records is the newer one.
///
/// It remembers the malops that were published last, many more than can be delivered again.
struct PublishedIndex: Sendable {
    /// Whether an event may be published.
    enum Judgement: Sendable, Hashable {
        case current

        /// A detection that stood later was published.
        case older

        /// The same detection was published with all its verdicts.
        case alreadyComplete
    }

    private struct Mark: Sendable {
        let detectionID: String
        let source: Origin?
        let isComplete: Bool
    }

    private let capacity: Int
    private var recent: [String: Mark] = [:]
    private var earlier: [String: Mark] = [:]

    init(capacity: Int = 100_000) { self.capacity = max(2, capacity) }

    func judge(_ event: EnrichedDetection) -> Judgement {
        guard let mark = mark(of: event.detection.malopId) else { return .current }
        if let source = event.source, let newest = mark.source, source.isOlder(than: newest) { return .older }
        let isSame = mark.detectionID == event.detection.detectionId
        return isSame && mark.isComplete && !event.complete ? .alreadyComplete : .current
    }

    /// Whether a detection that stood later was published about the malop.
    func isOlder(_ source: Origin, malopID: String) -> Bool {
        mark(of: malopID)?.source.map { source.isOlder(than: $0) } ?? false
    }

    /// Notes what was published.
    mutating func note(_ event: EnrichedDetection) {
        let malop = event.detection.malopId
        recent[malop] = Mark(
            detectionID: event.detection.detectionId, source: event.source, isComplete: event.complete)
        earlier[malop] = nil
        guard recent.count > capacity / 2 else { return }
        earlier = recent
        recent = [:]
    }

    private func mark(of malop: String) -> Mark? { recent[malop] ?? earlier[malop] }
}

extension Origin {
    /// Whether a record of the same partition stood later. The times must not contradict the offsets: those begin anew
    /// when a topic is made again, and then nothing is older.
    func isOlder(than other: Origin) -> Bool {
        topic == other.topic && partition == other.partition && offset < other.offset && timestamp <= other.timestamp
    }
}
