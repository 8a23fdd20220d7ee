import Foundation
import JSON
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "times of RFC 3339 are read, with any offset and any fraction",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.001Z", 1), ("1969-12-31T23:59:59.999Z", -1),
            ("2026-11-22T10:00:00.123Z", 1_795_341_600_123), ("2026-11-22t10:00:00.123z", 1_795_341_600_123),
            ("2026-11-22T11:30:00.123+01:30", 1_795_341_600_123), ("2026-11-21T23:00:00.123-11:00", 1_795_341_600_123),
            ("2026-11-22T10:00:00-00:00", 1_795_341_600_000), ("2026-11-22T10:00:00.1Z", 1_795_341_600_100),
            ("2026-11-22T10:00:00.12Z", 1_795_341_600_120),
            ("2026-11-22T10:00:00.1239999999999999999Z", 1_795_341_600_123),
            ("2000-02-29T00:00:00Z", 951_782_400_000), ("2024-02-29T12:00:00+23:59", 1_709_121_660_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
            ("0000-02-29T00:00:00Z", -62_162_121_600_000),
        ] as [(String, Int64)])
    func read(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2026", "2026-11-22", "2026-11-22T10:00:00", "2026-11-22 10:00:00Z", "2026-11-22T10:00Z",
            "2026-11-22T10:00:00.Z", "2026-11-22T10:00:00,5Z", "2026-11-22T24:00:00Z", "2026-11-22T10:60:00Z",
            "2026-11-22T10:00:60Z", "2016-12-31T23:59:60Z", "2026-02-30T00:00:00Z", "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z", "2026-1-1T00:00:00Z", "26-11-22T10:00:00Z", "+2026-11-22T10:00:00Z",
            "12026-11-22T10:00:00Z", "2026-11-22T10:00:00+0100", "2026-11-22T10:00:00+01", "2026-11-22T10:00:00+24:00",
            "2026-11-22T10:00:00+01:60", "2026-11-22T10:00:00ZZ", " 2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z ",
            "2026-11-22T10:00:00Z\u{0}", "２026-11-22T10:00:00Z", "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "2026/11/22T10:00:00Z", "2026-11-22T10-00-00Z", "2026-11-22T1x:00:00Z", "1795341600123",
        ])
    func refused(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("every day of four centuries is written as Foundation writes it, and read back")
    func days() throws {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var random = SeededGenerator(state: 3)
        for day in stride(from: -25_600, through: 120_500, by: 7) {
            let time = Timestamp(
                milliseconds: Int64(day) * 86_400_000 + Int64.random(in: 0..<86_400_000, using: &random))
            #expect(Timestamp(rfc3339: time.rfc3339) == time)
            let date = Date(timeIntervalSince1970: Double(time.milliseconds / 1000))
            #expect(time.rfc3339.prefix(19) == date.formatted(style).prefix(19) || time.milliseconds < 0)
        }
    }

    @Test("the calendar is right on every day of the years 0 to 9999")
    func calendar() {
        var milliseconds = Timestamp.earliest.milliseconds
        for year in 0...9999 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let text = String(repeating: "0", count: 4 - "\(year)".count) + "\(year)"
            #expect(Timestamp(milliseconds: milliseconds).rfc3339 == "\(text)-01-01T00:00:00.000Z")
            let march = milliseconds + (isLeap ? 60 : 59) * 86_400_000
            #expect(Timestamp(rfc3339: "\(text)-03-01T00:00:00Z")?.milliseconds == march)
            milliseconds += (isLeap ? 366 : 365) * 86_400_000
            #expect(Timestamp(milliseconds: milliseconds - 1).rfc3339 == "\(text)-12-31T23:59:59.999Z")
        }
    }

    @Test("what four digits of a year cannot say is written as the first or the last time")
    func clamped() {
        #expect(Timestamp(milliseconds: .min).rfc3339 == "0000-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
    }

    @Test("durations are added and taken away, never past the ends")
    func arithmetic() {
        var time = Timestamp(milliseconds: 1000)
        #expect(time + .milliseconds(1500) == Timestamp(milliseconds: 2500))
        #expect(time - .microseconds(1999) == Timestamp(milliseconds: 999))
        #expect(Timestamp(milliseconds: 2500) - time == .milliseconds(1500))
        time += .seconds(1)
        time -= .milliseconds(1)
        #expect(time.milliseconds == 1999)
        #expect(Timestamp(milliseconds: .max) + .seconds(1) == Timestamp(milliseconds: .max))
        #expect(Timestamp(milliseconds: .min) - .seconds(1) == Timestamp(milliseconds: .min))
        #expect(time + .seconds(Int64.max) == Timestamp(milliseconds: .max))
        #expect(time - .seconds(Int64.max) == Timestamp(milliseconds: .min + 1999 + 1))
        #expect(Timestamp(milliseconds: .max) - Timestamp(milliseconds: .min) > .seconds(1))
        #expect(Timestamp(milliseconds: 1) < Timestamp(milliseconds: 2))
    }

    @Test("now is the computer's clock")
    func now() {
        let seconds = Double(Timestamp.now().milliseconds) / 1000
        #expect(abs(seconds - Date().timeIntervalSince1970) < 60)
    }
}
