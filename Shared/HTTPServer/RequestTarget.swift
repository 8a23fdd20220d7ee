/// Decoding of what stands in a request line.
enum RequestTarget {
    /// The path of a target that is a path or a whole `http://` URL; nil if it is neither.
    static func rawPath(of target: String) -> String? {
        if target.hasPrefix("/") { return target }
        guard let scheme = ["http://", "https://"].first(where: target.lowercased().hasPrefix) else { return nil }
        let rest = target.utf8.dropFirst(scheme.utf8.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return "/" }
        return String(rest[slash...])
    }

    /// A path percent-decoded, nil if it is malformed, leads out of its folder or hides control characters.
    static func decodedPath(_ raw: String) -> String? {
        guard raw.hasPrefix("/"), let path = decoded(raw) else { return nil }
        let climbs = path.utf8.split(separator: UInt8(ascii: "/")).contains { segment in
            segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8)
        }
        let hasControls = path.utf8.contains { $0 < 0x20 || $0 == 0x7F }
        return climbs || hasControls ? nil : path
    }

    /// Percent-decoded text, nil if an escape is malformed or the result is not UTF-8 or has a NUL.
    static func decoded(_ raw: some StringProtocol) -> String? {
        guard raw.utf8.contains(UInt8(ascii: "%")) else { return String(raw) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.utf8.count)
        var rest = raw.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
