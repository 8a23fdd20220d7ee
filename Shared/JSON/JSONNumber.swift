/// Turns the digits of a number, which the parser has checked, into values.
enum JSONNumber {
    /// The integer that the digits spell, nil if it does not fit into 64 bits.
    static func int64(_ digits: UnsafeBufferPointer<UInt8>) -> Int64? {
        let isNegative = unsafe digits[0] == UInt8(ascii: "-")
        var value: Int64 = 0
        for i in (isNegative ? 1 : 0)..<digits.count {
            let digit = unsafe Int64(digits[i] &- 0x30)
            let (shifted, carried) = value.multipliedReportingOverflow(by: 10)
            // Downward, because the smallest integer has no positive counterpart.
            let (sum, passed) = shifted.subtractingReportingOverflow(digit)
            if carried || passed { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// The nearest double, nil if the number is too large for any.
    static func double(_ digits: UnsafeBufferPointer<UInt8>) -> Double? {
        if let exact = unsafe exactDouble(digits) { return exact }
        // No honest sender writes a number this long, and converting one is slow.
        guard digits.count <= 1024 else { return nil }
        guard let value = unsafe Double(String(decoding: digits, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// The double of a number that has no exponent and at most 15 digits: one exact division (Clinger).
    private static func exactDouble(_ digits: UnsafeBufferPointer<UInt8>) -> Double? {
        guard digits.count <= 17 else { return nil }
        var mantissa: Int64 = 0
        var count = 0
        var point: Int?
        for i in 0..<digits.count {
            let byte = unsafe digits[i]
            switch byte {
            case UInt8(ascii: "-"): continue
            case UInt8(ascii: "."): point = count
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                mantissa = mantissa * 10 + Int64(byte - 0x30)
                count += 1
            default: return nil
            }
        }
        guard count <= 15 else { return nil }
        let value = Double(mantissa) / powersOfTen[point.map { count - $0 } ?? 0]
        return unsafe digits[0] == UInt8(ascii: "-") ? -value : value
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]
}
