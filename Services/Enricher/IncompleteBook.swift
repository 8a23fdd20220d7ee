internal import JSON
internal import Model

/// The published detections that still wait for a verdict, up to an amount of memory. What has no room is in the topic.
struct IncompleteBook: Sendable {
    struct Entry: Sendable {
        let event: EnrichedDetection
        let trace: TraceContext
        fileprivate let weight: Int
    }

    private let capacity: Int
    private var entries: [String: Entry] = [:]
    private var weight = 0

    /// Whether something had no room.
    var hasOverflowed = false

    /// - Parameter capacity: In bytes of the events as they are sent.
    init(capacity: Int) { self.capacity = capacity }

    var count: Int { entries.count }
    var malops: [String] { entries.keys.sorted() }

    /// Whether all that had room is done, and the topic has to be read for what had not.
    var needsReload: Bool { entries.isEmpty && hasOverflowed }

    /// A book of the same size without entries.
    var emptied: IncompleteBook { IncompleteBook(capacity: capacity) }

    subscript(malop: String) -> Entry? { entries[malop] }

    /// Takes in an incomplete event, in place of an earlier one about the same malop.
    mutating func keep(_ event: EnrichedDetection, trace: TraceContext) {
        let malop = event.detection.malopId
        remove(malop)
        let size = event.json().count
        guard weight + size <= capacity else {
            hasOverflowed = true
            return
        }
        weight += size
        entries[malop] = Entry(event: event, trace: trace, weight: size)
    }

    mutating func remove(_ malop: String) {
        guard let entry = entries.removeValue(forKey: malop) else { return }
        weight -= entry.weight
    }
}
