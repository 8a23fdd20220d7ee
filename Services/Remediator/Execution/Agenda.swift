/// Which id is next: each has one place in an order, a time or a rank, and loses or changes it at any moment.
///
/// A binary heap, for there are thousands of open requests. What is out of date stays in it until it comes up or until
/// there is more of it than of what counts.
struct Agenda<Place: Comparable & Sendable>: Sendable {
    private struct Entry: Sendable {
        let place: Place
        let id: String
    }

    private var heap: [Entry] = []
    private var places: [String: Place] = [:]

    /// How many ids have a place.
    var count: Int { places.count }

    /// The first place that is taken.
    var first: Place? { heap.first?.place }

    /// The place of an id; nil if it has none.
    subscript(id: String) -> Place? {
        get { places[id] }
        set {
            guard places[id] != newValue else { return }
            places[id] = newValue
            if let newValue { push(Entry(place: newValue, id: id)) }
            tidy()
        }
    }

    /// Takes the first id out.
    ///
    /// - Parameter limit: Only if its place is not behind this one; nil for any.
    mutating func popFirst(upTo limit: Place? = nil) -> String? {
        guard let first = heap.first else { return nil }
        if let limit, first.place > limit { return nil }
        self[first.id] = nil
        return first.id
    }

    /// Sees to it that the first entry counts, and that not too many are out of date.
    private mutating func tidy() {
        if heap.count > 2 * places.count + 64 {
            heap = places.map { Entry(place: $1, id: $0) }.sorted { $0.place < $1.place }
        }
        while let first = heap.first, places[first.id] != first.place { removeFirst() }
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, heap[child].place < heap[(child - 1) / 2].place {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while let least = leastChild(of: parent), heap[least].place < heap[parent].place {
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func leastChild(of parent: Int) -> Int? {
        let (left, right) = (2 * parent + 1, 2 * parent + 2)
        guard left < heap.count else { return nil }
        return right < heap.count && heap[right].place < heap[left].place ? right : left
    }
}
