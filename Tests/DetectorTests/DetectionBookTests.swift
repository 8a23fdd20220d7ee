import Cybereason
import JSON
import Model
import Testing

@testable import Detector

@Suite("Where a poll begins")
struct DetectionBookTests {
    let noon = Timestamp(rfc3339: "2026-11-22T12:00:00Z") ?? .now()

    func makeBook() -> DetectionBook { DetectionBook(now: noon, lookback: .seconds(86_400), overlap: .seconds(3600)) }

    @Test("a day back, the first time")
    func first() {
        #expect(makeBook().start == noon - .seconds(86_400))
    }

    @Test("at the newest published detection less the overlap, after a restart")
    func restart() {
        var book = makeBook()
        var detection = Detection()
        detection.detectedAt = noon - .seconds(7200)
        book.remember(detection)
        #expect(book.start == noon - .seconds(10_800))
    }

    @Test("a whole answer moves it forward, a partial one never does", arguments: [true, false])
    func answers(whole: Bool) {
        var book = makeBook()
        book.finishPoll(whole: whole, begunAt: noon, rows: [])
        #expect(book.start == (whole ? noon - .seconds(3600) : noon - .seconds(86_400)))
    }

    @Test("it never moves back")
    func neverBack() {
        var book = makeBook()
        book.finishPoll(whole: true, begunAt: noon, rows: [])
        var detection = Detection()
        detection.detectedAt = noon - .seconds(80_000)
        book.remember(detection)
        #expect(book.start == noon - .seconds(3600))
    }

    @Test("a malop without times is never too old")
    func noTimes() {
        #expect(!makeBook().isTooOld(MalopDetails(malopID: "malop", source: .customRemediation)))
    }
}
