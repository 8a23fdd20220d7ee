extension Timestamp {
    /// The bytes of a written time: `2026-11-22T10:00:00.123Z`.
    static let length = 24

    /// Reads a time: `2026-11-22T10:00:00Z`, with any number of fraction digits (cut to milliseconds) and any offset.
    ///
    /// Nil for what RFC 3339 does not allow, for dates that the calendar does not have, for the hour 24 and for the
    /// second 60: a leap second has no number of its own in Unix time.
    public init?(rfc3339 text: String) {
        var text = text
        guard let time = text.withUTF8({ unsafe Timestamp.parse($0) }) else { return nil }
        self = time
    }

    /// This time in UTC with milliseconds, always 24 characters; what lies outside the years 0 to 9999 is written as
    /// their first or last millisecond.
    public var rfc3339: String {
        unsafe String(unsafeUninitializedCapacity: Timestamp.length) { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            unsafe write(to: start)
            return Timestamp.length
        }
    }

    /// The same as ``rfc3339``.
    public var description: String { rfc3339 }

    /// Writes the 24 bytes of ``rfc3339``.
    func write(to output: UnsafeMutablePointer<UInt8>) {
        let time = min(max(self, .earliest), .latest).milliseconds - Timestamp.earliest.milliseconds
        let (days, milliseconds) = time.quotientAndRemainder(dividingBy: 86_400_000)
        let (year, month, day) = Timestamp.date(fromDays: Int(days))
        let seconds = Int(milliseconds / 1000)
        func put(_ value: Int, _ digits: Int, at offset: Int, then mark: Unicode.Scalar) {
            var rest = value
            for i in stride(from: offset + digits - 1, through: offset, by: -1) {
                unsafe output[i] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            unsafe output[offset + digits] = UInt8(ascii: mark)
        }
        put(year, 4, at: 0, then: "-")
        put(month, 2, at: 5, then: "-")
        put(day, 2, at: 8, then: "T")
        put(seconds / 3600, 2, at: 11, then: ":")
        put(seconds / 60 % 60, 2, at: 14, then: ":")
        put(seconds % 60, 2, at: 17, then: ".")
        put(Int(milliseconds % 1000), 3, at: 20, then: "Z")
    }

    private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        var cursor = unsafe TimestampCursor(text: text)
        guard let year = cursor.number(digits: 4, then: "-"), let month = cursor.number(digits: 2, then: "-"),
            let day = cursor.number(digits: 2), cursor.skip("T") || cursor.skip("t"),
            let hour = cursor.number(digits: 2, then: ":"), let minute = cursor.number(digits: 2, then: ":"),
            let second = cursor.number(digits: 2), let fraction = cursor.fraction(), let offset = cursor.offset(),
            cursor.isAtEnd, hour < 24, minute < 60, second < 60, let days = days(year, month, day)
        else { return nil }
        let seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset * 60
        let time = Timestamp(milliseconds: Int64(seconds * 1000 + fraction) + earliest.milliseconds)
        return (earliest...latest).contains(time) ? time : nil
    }

    /// Days since 0000-01-01 of a date, nil if the Gregorian calendar does not have it.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard (1...12).contains(month), day >= 1, day <= length(ofMonth: month, in: year) else { return nil }
        var days = day - 1
        for earlier in 1..<month { days += length(ofMonth: earlier, in: year) }
        return days + year * 365 + leapDays(before: year)
    }

    /// The date that lies a number of days after 0000-01-01.
    private static func date(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        var year = days * 400 / 146_097
        // The mean year misses by at most one.
        if (year + 1) * 365 + leapDays(before: year + 1) <= days { year += 1 }
        if year * 365 + leapDays(before: year) > days { year -= 1 }
        var rest = days - year * 365 - leapDays(before: year)
        var month = 1
        while rest >= length(ofMonth: month, in: year) {
            rest -= length(ofMonth: month, in: year)
            month += 1
        }
        return (year, month, rest + 1)
    }

    /// Leap days from the year 0, which has one, up to the start of a year.
    private static func leapDays(before year: Int) -> Int {
        (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Reads the parts of an RFC 3339 time from left to right.
@safe
private struct TimestampCursor {
    let text: UnsafeBufferPointer<UInt8>
    var position = 0

    init(text: UnsafeBufferPointer<UInt8>) {
        unsafe self.text = text
    }

    var isAtEnd: Bool { unsafe position == text.count }

    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard unsafe position < text.count && text[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    mutating func digit() -> Int? {
        guard unsafe position < text.count && text[position] &- 0x30 < 10 else { return nil }
        position += 1
        return unsafe Int(text[position - 1] - 0x30)
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    mutating func number(digits: Int, then mark: Unicode.Scalar) -> Int? {
        guard let value = number(digits: digits), skip(mark) else { return nil }
        return value
    }

    /// Milliseconds of an optional fraction; nil for a point without digits.
    mutating func fraction() -> Int? {
        guard skip(".") else { return 0 }
        guard var value = digit() else { return nil }
        for _ in 1..<3 { value = value * 10 + (digit() ?? 0) }
        while digit() != nil {}
        return value
    }

    /// Minutes east of UTC; nil if there is no offset or no such one.
    mutating func offset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let isWest = skip("-")
        guard isWest || skip("+"), let hours = number(digits: 2, then: ":"), let minutes = number(digits: 2),
            hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (isWest ? -1 : 1)
    }
}
