/// Text made fit for a URL or a form.
public enum PercentEncoding {
    /// One segment of a path, or a value of a query: everything but unreserved characters (RFC 3986 §2.3) is encoded, so a
    /// slash or a question mark inside stays data. The segments `.` and `..` are encoded too, for they would be navigation.
    public static func pathSegment(_ text: String) -> String {
        if text == "." || text == ".." { return text.replacing(".", with: "%2E") }
        return encode(text) { isAlphanumeric($0) || "-._~".utf8.contains($0) }
    }

    /// A name or value of `application/x-www-form-urlencoded`, by the rules of the WHATWG URL standard: a space is `+`.
    public static func formField(_ text: String) -> String {
        encode(text, space: "+") { isAlphanumeric($0) || "*-._".utf8.contains($0) }
    }

    /// A whole body of `application/x-www-form-urlencoded`.
    public static func form(_ fields: [(name: String, value: String)]) -> [UInt8] {
        Array(fields.map { "\(formField($0.name))=\(formField($0.value))" }.joined(separator: "&").utf8)
    }

    private static func encode(_ text: String, space: String = "%20", keeping: (UInt8) -> Bool) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var result = String.UnicodeScalarView()
        for byte in text.utf8 {
            if keeping(byte) {
                result.append(Unicode.Scalar(byte))
            } else if byte == UInt8(ascii: " ") {
                result.append(contentsOf: space.unicodeScalars)
            } else {
                result.append("%")
                result.append(digits[Int(byte >> 4)])
                result.append(digits[Int(byte & 15)])
            }
        }
        return String(result)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
