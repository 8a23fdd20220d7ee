/// A first-in, first-out queue over an array: constant time at both ends, amortised.
struct Queue<Element> {
    private var items: [Element?] = []
    private var head = 0

    /// An empty queue.
    init() {}

    /// How many elements wait.
    var count: Int { items.count - head }
    /// Whether none waits.
    var isEmpty: Bool { head == items.count }
    /// The element that leaves next.
    var first: Element? { isEmpty ? nil : items[head] }

    /// Puts an element behind all others.
    mutating func append(_ element: Element) {
        items.append(element)
    }

    /// Takes the oldest element out.
    mutating func popFirst() -> Element? {
        guard head < items.count else { return nil }
        let element = items[head]
        items[head] = nil
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1024, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Takes every element out, oldest first.
    mutating func popAll() -> [Element] {
        defer { self = Queue() }
        return items[head...].compactMap { $0 }
    }
}

extension Queue: Sendable where Element: Sendable {}
