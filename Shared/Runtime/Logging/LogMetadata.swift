/// The metadata of a log line: keys with values, in the order in which they were given, each key once.
public struct LogMetadata: Sendable, Hashable {
    private var entries: [Entry]

    private struct Entry: Sendable, Hashable {
        let key: LogKey
        var value: LogValue
    }

    /// Nothing.
    public init() { entries = [] }

    /// Whether there is nothing.
    public var isEmpty: Bool { entries.isEmpty }

    /// The value of a key. Setting it keeps the key's place; setting nil removes it.
    public subscript(key: LogKey) -> LogValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append(Entry(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// This with `other` put over it: where both have a key, the other's value stands.
    public func merging(_ other: LogMetadata) -> LogMetadata {
        if isEmpty { return other }
        var merged = self
        for entry in other.entries { merged[entry.key] = entry.value }
        return merged
    }

    func forEach(_ body: (LogKey, LogValue) -> Void) {
        for entry in entries { body(entry.key, entry.value) }
    }
}

extension LogMetadata: ExpressibleByDictionaryLiteral {
    /// The keys and values of a literal; of a key that is there twice the last value stands.
    public init(dictionaryLiteral elements: (LogKey, LogValue)...) {
        self.init()
        entries.reserveCapacity(elements.count)
        for (key, value) in elements { self[key] = value }
    }
}
