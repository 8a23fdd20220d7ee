/// Which remediation is due when: a binary heap, because a load test has thousands open at once.
///
/// An entry may be out of date, since a remediation that changes is entered again; taking it up early does no harm.
struct DueQueue: Sendable {
    private struct Entry: Sendable {
        var at: Int64
        var number: UInt64
        var id: String

        static func < (left: Entry, right: Entry) -> Bool {
            (left.at, left.number) < (right.at, right.number)
        }
    }

    private var heap: [Entry] = []
    private var count: UInt64 = 0

    /// When the first of them is due, in milliseconds since 1970.
    var first: Int64? { heap.first?.at }

    mutating func push(_ id: String, at time: Int64) {
        count += 1
        heap.append(Entry(at: time, number: count, id: id))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the first if it is due by then.
    mutating func pop(due time: Int64) -> String? {
        guard let first = heap.first, first.at <= time else { return nil }
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        sink(0)
        return first.id
    }

    private mutating func sink(_ start: Int) {
        var parent = start
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
            guard let least = children.min(by: { heap[$0] < heap[$1] }), heap[least] < heap[parent] else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
