import FoundationEssentials
import JSON
import Model
import Pipeline
import Runtime
import Testing

@testable import Riposte

/// Dead letters as people see them, and which are meant.
@Suite struct LetterTextTests {
    static func letter(
        _ offset: Int64 = 42, topic: String = "riposte.remediation.requests", reason: Reason = .wrongSchema,
        service: String = "remediator", at time: Timestamp = Sample.time, value: String? = "{}"
    ) -> DeadLetter {
        var letter = DeadLetter()
        letter.origin = Origin(topic: topic, partition: 3, offset: offset, timestamp: time - .seconds(1))
        letter.service = service
        letter.reason = reason
        letter.detail = "missing at $.actionsByMachine"
        letter.deadAt = time
        letter.value = value.map { Data($0.utf8).base64EncodedString() }
        return letter
    }

    @Test("one line a letter, in columns") func lines() {
        var copy = Self.letter(43, reason: .notJSON)
        copy.replayOf = Self.letter().origin
        #expect(
            LetterText.lines([Self.letter(), copy]) == [
                "riposte.remediation.requests/3/42  remediator  wrong-schema  \(Sample.time.rfc3339)"
                    + "  missing at $.actionsByMachine",
                "riposte.remediation.requests/3/43  remediator  not-json      \(Sample.time.rfc3339)"
                    + "  replay of 3/42: missing at $.actionsByMachine",
            ])
        #expect(LetterText.lines([]) == [])
    }

    @Test("nothing that a sender wrote reaches the terminal as a command") func hostile() {
        var letter = Self.letter(value: "{\u{1B}]0;owned\u{7}\n\u{202E}}")
        letter.detail = "\u{1B}[2J" + String(repeating: "x", count: 500)
        letter.service = "a\nb"
        letter.reason = Reason(rawValue: "\u{1B}c")
        letter.key = Data("\u{1B}[31m".utf8).base64EncodedString()
        letter.headers = [DeadLetterHeader(name: "\u{9B}31m", value: Data("\u{85}\u{1B}".utf8).base64EncodedString())]
        for line in LetterText.lines([letter]) + LetterText.whole(letter) {
            #expect(PlainText.line(line) == line, "\(line.debugDescription)")
        }
        #expect(LetterText.lines([letter])[0].count < 250)
    }

    @Test("all that there is, the value as text, line by line") func whole() {
        var letter = Self.letter(value: "{\n  \"a\": 1\n}")
        letter.replayOf = Self.letter(7).origin
        letter.headers = [DeadLetterHeader(name: "ce_id", value: Data("x".utf8).base64EncodedString())]
        let lines = LetterText.whole(letter)
        #expect(lines.first == "origin     riposte.remediation.requests/3/42  sent 2026-11-22T09:59:59.000Z")
        #expect(lines.contains { $0.hasPrefix("replay of  riposte.remediation.requests/3/7") })
        #expect(lines.contains("key        none"))
        #expect(lines.contains("header     ce_id: x"))
        #expect(lines.suffix(5) == ["value      12 bytes", "", "{", "  \"a\": 1", "}"])
    }

    @Test("bytes that are no text are shown in base64; what the letter has not, by its size") func absent() {
        var letter = Self.letter(value: nil)
        #expect(LetterText.whole(letter).last == "value      none, a tombstone")
        letter.value = "//8="
        #expect(LetterText.whole(letter).last == "base64: //8=")
        (letter.value, letter.valueBytes, letter.isCut) = (nil, 3_000_000, true)
        #expect(LetterText.whole(letter).last?.contains("3000000 bytes, too large") == true)
        #expect(LetterText.whole(letter).contains("key        none, or too large to be kept here"))
    }

    @Test(
        "a place is topic, partition and offset; the prefix may be left out",
        arguments: [
            ("riposte.detections/3/42", "riposte.detections/3/42"), ("detections/0/0", "riposte.detections/0/0"),
            ("other/1/2", "other/1/2"), ("detections/3", nil), ("/3/4", nil), ("detections/-1/4", nil),
            ("detections/1/-4", nil), ("detections/1/4/5", nil), ("detections/99999999999/4", nil), ("", nil),
        ])
    func places(_ text: String, _ place: String?) {
        #expect(LetterPlace(text, prefix: "riposte.")?.description == place)
    }

    @Test("a filter takes what all of its parts take") func filter() {
        var filter = LetterFilter()
        #expect(filter.wants(Self.letter()))
        filter.reasons = ["not-json", "wrong-schema"]
        filter.services = ["remediator"]
        filter.topics = ["riposte.remediation.requests"]
        filter.since = Sample.time
        #expect(filter.wants(Self.letter()))
        #expect(!filter.wants(Self.letter(reason: .empty)))
        #expect(!filter.wants(Self.letter(service: "enricher")))
        #expect(!filter.wants(Self.letter(topic: "riposte.detections")))
        #expect(!filter.wants(Self.letter(at: Sample.time - .milliseconds(1))))
        filter.places = [LetterPlace(Self.letter(41).origin)]
        #expect(!filter.wants(Self.letter()))
        #expect(filter.wants(Self.letter(41)))
    }
}
