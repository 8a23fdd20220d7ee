internal import Model

/// What the service's own topic says: what is newest about each malop, and what is incomplete.
struct PublishedState: Sendable {
    private(set) var index = PublishedIndex()
    var book: IncompleteBook

    /// - Parameters:
    ///   - bookCapacity: Memory for incomplete detections, in bytes.
    init(bookCapacity: Int = 32 << 20) { book = IncompleteBook(capacity: bookCapacity) }

    /// The same with an empty book: what a further reading of the topic begins with, so that what is complete by now takes
    /// no room in it.
    var withoutBook: PublishedState {
        var copy = self
        copy.book = book.emptied
        return copy
    }

    /// Takes in an event of the topic, in the topic's order. One that is older than what stands before it changes nothing.
    mutating func take(_ event: EnrichedDetection, trace: TraceContext) {
        guard index.judge(event) == .current else { return }
        index.note(event)
        if event.complete {
            book.remove(event.detection.malopId)
        } else {
            book.keep(event, trace: trace)
        }
    }

    /// Takes in what the topic held while this state had no room for all of it.
    mutating func merge(_ other: PublishedState) {
        book.hasOverflowed = false
        for malop in other.book.malops {
            guard let entry = other.book[malop], book[malop] == nil else { continue }
            take(entry.event, trace: entry.trace)
        }
        if other.book.hasOverflowed { book.hasOverflowed = true }
    }
}
