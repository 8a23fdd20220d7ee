extension JSONDocument {
    /// The names from the root to a value, found again from the tape: only on the way to an error.
    @usableFromInline
    @inline(never)
    func path(to target: Int) -> String {
        var path = "$"
        var container = 0
        while container < target, self[container].isContainer {
            let isObject = self[container].kind == JSONToken.object
            var child = container + 1
            var index = 0
            while true {
                let value = isObject ? child + 1 : child
                let after = next(value)
                if target < after || after >= self[container].extent {
                    path += isObject ? JSONDocument.step(text(of: self[child])) : "[\(index)]"
                    container = value
                    break
                }
                child = after
                index += 1
            }
        }
        return path
    }

    /// A key as a part of a path: `.name` where that is readable, else `["…"]`; long keys are cut.
    @usableFromInline
    static func step(_ key: String) -> String {
        let isPlain = !key.isEmpty && key.utf8.count <= 64 && key.utf8.allSatisfy(isPlain)
        return isPlain ? ".\(key)" : "[\(quoted(key))]"
    }

    /// A text from the document for an error message: quoted, escaped, cut after 64 characters.
    static func quoted(_ text: String) -> String {
        let start = text.unicodeScalars.prefix(64)
        var writer = JSONWriter(capacity: 128)
        writer.value(
            String(String.UnicodeScalarView(start)) + (start.endIndex < text.unicodeScalars.endIndex ? "…" : ""))
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            return true
        default:
            return false
        }
    }
}
