import Cybereason
import JSON
import Model
import Testing

@testable import Detector

@Suite("Where a poll begins")
struct DetectionBookTests {
    let noon = Timestamp(rfc3339: "2026-11-22T12:00:00Z") ?? .now()

    func makeBook() -> DetectionBook {
        DetectionBook(now: noon, lookback: .seconds(86_400), overlap: .seconds(3600), recheck: .seconds(300))
    }

    @Test("a day back, the first time")
    func first() {
        #expect(makeBook().start == noon - .seconds(86_400))
    }

    /// A detection that was published some seconds before noon.
    func detection(ago seconds: Int, resumeFrom: Timestamp? = nil) -> Detection {
        var detection = Detection()
        detection.detectedAt = noon - .seconds(seconds)
        detection.resumeFrom = resumeFrom
        return detection
    }

    @Test("after a restart at the newest start that a published detection carries, whenever it was published")
    func restart() {
        var book = makeBook()
        book.remember(detection(ago: 60, resumeFrom: noon - .seconds(90_000)), now: noon)
        book.remember(detection(ago: 7200, resumeFrom: noon - .seconds(80_000)), now: noon)
        book.remember(detection(ago: 30, resumeFrom: noon - .seconds(85_000)), now: noon)
        #expect(book.start == noon - .seconds(80_000))
    }

    @Test("a detector that was away longer than the look-back goes on where it was")
    func longAway() {
        var book = makeBook()
        let lastWeek = noon - .seconds(7 * 86_400)
        book.remember(detection(ago: 7 * 86_400, resumeFrom: lastWeek - .seconds(3600)), now: noon)
        #expect(book.start == lastWeek - .seconds(3600))
    }

    @Test("records of earlier releases carry no start: a look-back before the oldest of them")
    func earlierRelease() {
        var book = makeBook()
        book.remember(detection(ago: 7 * 86_400), now: noon)
        book.remember(detection(ago: 60), now: noon)
        #expect(book.start == noon - .seconds(8 * 86_400))
    }

    @Test("a start from the future, of a clock that was wrong, does not count")
    func future() {
        var book = makeBook()
        book.remember(detection(ago: 60, resumeFrom: noon + .seconds(1)), now: noon)
        #expect(book.start == noon - .seconds(86_460))
    }

    @Test("a whole answer moves it forward, a partial one never does", arguments: [true, false])
    func answers(whole: Bool) {
        var book = makeBook()
        book.finishPoll(whole: whole, begunAt: noon, rows: [])
        #expect(book.start == (whole ? noon - .seconds(3600) : noon - .seconds(86_400)))
    }

    @Test("it stays before the last look at every malop that is left alone, so that no change falls between")
    func leftAlone() {
        var book = makeBook()
        let row = FailedProtectionRow(malopID: "malop")
        book.settle(row, askedAt: noon - .seconds(200))
        book.finishPoll(whole: true, begunAt: noon, rows: [row])
        #expect(book.start == noon - .seconds(3800))
        book.finishPoll(whole: true, begunAt: noon, rows: [])
        #expect(book.start == noon - .seconds(3600))
    }

    @Test("it never moves back")
    func neverBack() {
        var book = makeBook()
        book.finishPoll(whole: true, begunAt: noon, rows: [])
        book.remember(detection(ago: 60, resumeFrom: noon - .seconds(80_000)), now: noon)
        #expect(book.start == noon - .seconds(3600))
    }

    @Test("a malop without times is never too old")
    func noTimes() {
        #expect(!makeBook().isTooOld(MalopDetails(malopID: "malop", source: .customRemediation)))
    }
}
