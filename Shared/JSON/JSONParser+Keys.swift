internal import Glibc

/// What the parser knows of the keys of one open object.
struct KeyCheck {
    /// One of 64 bits for each key so far: keys whose bits differ, differ.
    var mask: UInt64 = 0
    /// How many keys there are so far.
    var count = 0
    /// The keys are compared when the object closes: there are many, or some are escaped.
    var isDeferred = false

    /// Up to here keys are compared with each other one by one.
    static let few = 32
}

extension JSONParser {
    /// Counts the newest key and refuses one that the object already has.
    @inline(__always)
    mutating func check(_ key: JSONToken) throws(JSONError) {
        let count = unsafe levels[depth].count + 1
        unsafe levels[depth].count = count
        if count > limits.maxKeys {
            throw JSONError(.tooManyKeys, at: key.start - 1, "at most \(limits.maxKeys) in one object")
        }
        if key.isEscaped || count > KeyCheck.few {
            unsafe levels[depth].isDeferred = true
            return
        }
        let bit = bit(of: key)
        if unsafe levels[depth].mask & bit != 0 { try compare(key) }
        unsafe levels[depth].mask |= bit
    }

    /// One of 64 bits, from a key's length and three of its bytes.
    @inline(__always)
    private func bit(of key: JSONToken) -> UInt64 {
        let length = key.extent
        guard length > 0 else { return 1 }
        let first = UInt64(scanner[key.start]) &* 7
        let middle = UInt64(scanner[key.start + length / 2]) &* 3
        let last = UInt64(scanner[key.start + length - 1]) &* 31
        return 1 << ((first &+ middle &+ last &+ UInt64(length) &* 13) & 63)
    }

    /// Compares the newest key, which has no escapes, with those before it that have none.
    @inline(never)
    private func compare(_ key: JSONToken) throws(JSONError) {
        let document = document
        var i = open + 1
        while i < count - 1 {
            let other = document[i]
            if other.extent == key.extent, !other.isEscaped,
                unsafe memcmp(scanner.bytes + other.start, scanner.bytes + key.start, key.extent) == 0
            {
                throw duplicate(key)
            }
            i = document.next(i + 1)
        }
    }

    /// Compares all keys of the object that is about to close by what they mean, in linear time.
    ///
    /// By bytes and not as `String`, which takes `é` in one and in two code points for the same.
    @inline(never)
    func checkAllKeys() throws(JSONError) {
        let document = document
        var seen: Set<[UInt8]> = []
        var i = open + 1
        while i < count {
            let key = document[i]
            guard seen.insert(document.unescapedBytes(of: key)).inserted else { throw duplicate(key) }
            i = document.next(i + 1)
        }
    }

    private func duplicate(_ key: JSONToken) -> JSONError {
        let path = path(toOpen: open) + JSONDocument.step(document.text(of: key))
        return JSONError(code: .duplicateKey, offset: key.start - 1, path: path)
    }

    /// The names from the root to where the parser stands.
    func pathOfPosition() -> String {
        guard open >= 0 else { return "$" }
        return path(toOpen: open) + step(from: open, toward: count)
    }

    private func path(toOpen container: Int) -> String {
        let parent = document[container].extent - 1
        return parent < 0 ? "$" : path(toOpen: parent) + step(from: parent, toward: container)
    }

    /// The name of the child of an open container that holds a tape index, empty between two members.
    private func step(from container: Int, toward target: Int) -> String {
        let document = document
        let isObject = document[container].kind == JSONToken.object
        var child = container + 1
        var index = 0
        while child < target {
            let value = isObject ? child + 1 : child
            if value >= target { return JSONDocument.step(document.text(of: document[child])) }
            child = document.next(value)
            index += 1
        }
        return isObject ? "" : "[\(index)]"
    }
}
