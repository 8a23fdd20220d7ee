import JSON

/// Reads the console's answers. Names of files and machines come from anywhere and may hold what no text may: half a
/// surrogate pair, bytes that are no UTF-8. One such name must not make a whole page unreadable, so these are replaced by
/// U+FFFD and the answer is read again; every other fault in the JSON is an error.
enum PlatformJSON {
    /// Lends the root of an answer.
    ///
    /// - Throws: ``ConsoleError`` of kind `notUnderstood` if it is not JSON.
    static func read<R: Sendable>(
        _ bytes: [UInt8], _ body: (JSONValue) throws(JSONError) -> R
    ) throws(ConsoleError) -> R {
        do {
            return try withJSON(bytes, limits: .platform, body)
        } catch {
            guard error.code == .loneSurrogate || error.code == .badUTF8 else { throw notUnderstood(error) }
        }
        do {
            return try withJSON(repaired(bytes), limits: .platform, body)
        } catch {
            throw notUnderstood(error)
        }
    }

    private static func notUnderstood(_ error: JSONError) -> ConsoleError {
        ConsoleError(.notUnderstood, "the answer is not the JSON that is due: \(error)")
    }

    /// The same document with every half surrogate and every byte that is no UTF-8 replaced.
    static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        let text = Array(String(decoding: bytes, as: UTF8.self).utf8)
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                result.append(text[index])
                index += 1
                continue
            }
            let length = escapeLength(text, at: index)
            if length == 6, let unit = codeUnit(text, at: index), (0xD800...0xDFFF).contains(unit) {
                result.append(contentsOf: Array("\\uFFFD".utf8))
            } else {
                result.append(contentsOf: text[index..<index + length])
            }
            index += length
        }
        return result
    }

    /// 2 for `\n`, 6 for `\u0041`, 12 for a whole surrogate pair.
    private static func escapeLength(_ text: [UInt8], at index: Int) -> Int {
        guard text[index + 1] == UInt8(ascii: "u"), let high = codeUnit(text, at: index) else { return 2 }
        guard (0xD800...0xDBFF).contains(high), let low = codeUnit(text, at: index + 6),
            (0xDC00...0xDFFF).contains(low)
        else { return 6 }
        return 12
    }

    private static func codeUnit(_ text: [UInt8], at index: Int) -> UInt16? {
        guard index + 6 <= text.count, text[index] == UInt8(ascii: "\\"), text[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        return UInt16(String(decoding: text[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
}
