import Kafka
import Testing

@testable import Pipeline

@Suite("What a consumer's lag is worked out from") struct LagBookTests {
    private let first = TopicPartition(topic: "orders", partition: 0)
    private let second = TopicPartition(topic: "orders", partition: 1)
    private let asked = ContinuousClock.now

    private func book(_ ends: [TopicPartition: Int64]) -> LagBook {
        var book = LagBook()
        book.found(ends, asked: asked)
        return book
    }

    @Test("what is not completed counts, over all partitions together")
    func sum() {
        let book = book([first: 100, second: 7])
        #expect(book.lag(of: [first, second], at: [first: 90, second: 7], now: asked) == 10)
    }

    @Test(
        "of a partition that nothing was handed out of, it begins at what the group has committed, or at what is left")
    func unread() {
        var book = book([first: 100, second: 50])
        #expect(book.lag(of: [first, second], at: [:], now: asked) == nil, "where they begin is not known yet")
        book.began(first, LagBook.Start(committed: 40, low: 0))
        book.began(second, LagBook.Start(committed: nil, low: 20))
        #expect(book.lag(of: [first, second], at: [:], now: asked) == 90)
    }

    @Test("what was removed before it was read is not waited for")
    func removed() {
        var book = book([first: 100])
        book.began(first, LagBook.Start(committed: 40, low: 100))
        #expect(book.lag(of: [first], at: [:], now: asked) == 0)
    }

    @Test("an empty partition has no lag, and no partition has none either")
    func empty() {
        #expect(book([first: 0]).lag(of: [first], at: [:], now: asked) == 0)
        #expect(LagBook().lag(of: [], at: [:], now: asked) == 0)
    }

    @Test("ends that nobody has told for long, or of one partition never, say nothing")
    func old() {
        let book = book([first: 100])
        #expect(book.lag(of: [first], at: [first: 100], now: asked + .seconds(61)) == nil)
        #expect(book.lag(of: [first, second], at: [first: 100], now: asked) == nil)
    }

    @Test("an end that is older than the position is no negative lag")
    func behind() {
        #expect(book([first: 100]).lag(of: [first], at: [first: 120], now: asked) == 0)
    }
}
