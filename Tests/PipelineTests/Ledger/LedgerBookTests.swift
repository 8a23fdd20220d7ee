import JSON
import Kafka
import Model
import Testing

@testable import Pipeline

@Suite("The ledger's book") struct LedgerBookTests {
    private let now = ContinuousClock.now

    private func fact(_ kind: FactKind, _ id: String = "r", attempt: Int = 0, by writer: String = "me") -> LedgerFact {
        var fact = LedgerFact(kind, of: id, attempt: attempt, writer: writer, at: Samples.time)
        if kind == .accepted { fact.request = Samples.request(["p-\(id)"]) }
        return fact
    }

    private func fold(_ fact: LedgerFact, _ book: inout LedgerBook) -> (Ledger.Judgement, ReadBack?) {
        let (judgement, answers) = book.fold(fact, Samples.record(fact), now: now)
        return (judgement, answers)
    }

    @Test("a record that was written twice answers its append with its first place")
    func writtenTwice() {
        var book = LedgerBook()
        let readBack = ReadBack()
        let accepted = fact(.accepted)
        let isExpected = book.expect(readBack, key: accepted.key)
        #expect(isExpected)
        let first = fold(accepted, &book)
        #expect(first.0 == .allowed && first.1 === readBack)
        let second = fold(accepted, &book)
        #expect(second.0 == .void(.duplicate) && second.1 == nil)
        #expect(book.expectedCount == 0)
    }

    @Test("the same fact appended twice is allowed to one of the two")
    func appendedTwice() {
        var book = LedgerBook()
        let (one, other) = (ReadBack(), ReadBack())
        _ = fold(fact(.accepted), &book)
        let intent = fact(.intent, attempt: 1)
        _ = book.expect(one, key: intent.key)
        _ = book.expect(other, key: intent.key)
        let first = fold(intent, &book)
        let second = fold(intent, &book)
        #expect(first.0 == .allowed && first.1 === one)
        #expect(second.0 != .allowed && second.1 === other)
    }

    @Test("an append that failed is not answered, and keeps nothing")
    func withdrawn() {
        var book = LedgerBook()
        let (gone, kept) = (ReadBack(), ReadBack())
        let accepted = fact(.accepted)
        _ = book.expect(gone, key: accepted.key)
        _ = book.expect(kept, key: accepted.key)
        book.withdraw(gone, key: accepted.key)
        let folded = fold(accepted, &book)
        #expect(folded.1 === kept)
        #expect(book.expectedCount == 0)
        book.withdraw(kept, key: accepted.key)
        #expect(book.expectedCount == 0)
    }

    @Test("facts of others and of appends that never asked answer nobody and leave nothing behind")
    func foreign() {
        var book = LedgerBook()
        for number in 0..<100 {
            let folded = fold(fact(.accepted, "r-\(number)", by: number.isMultiple(of: 2) ? "me" : "them"), &book)
            #expect(folded.1 == nil)
        }
        #expect(book.expectedCount == 0)
    }

    @Test("a foreign record under our key answers nobody")
    func forged() {
        var book = LedgerBook()
        let readBack = ReadBack()
        let mine = fact(.accepted)
        _ = book.expect(readBack, key: mine.key)
        var forged = mine
        forged.detail = "other bytes"
        let record = Samples.record(bytes: forged.json(), key: mine.key)
        let foreign = book.fold(forged, record, now: now)
        #expect(foreign.answers == nil)
        let own = fold(mine, &book)
        #expect(own.1 === readBack)
    }

    @Test("an intent is counted from when it was read, and forgotten with its request")
    func intents() {
        var book = LedgerBook()
        _ = fold(fact(.accepted), &book)
        #expect(book.intentReadAt["r"] == nil)
        _ = fold(fact(.intent, attempt: 1), &book)
        #expect(book.intentReadAt["r"] == now)
        _ = book.fold(fact(.intent, attempt: 1, by: "them"), Samples.record(fact(.intent)), now: now + .seconds(1))
        #expect(book.intentReadAt["r"] == now)
        let isForgottenOpen = book.forget("r", key: fact(.accepted).key)
        #expect(!isForgottenOpen)
        var end = fact(.ended)
        end.state = .unknown
        _ = fold(fact(.uncertain, attempt: 1), &book)
        let ended = fold(end, &book)
        #expect(ended.0 == .allowed)
        let isForgotten = book.forget("r", key: fact(.accepted).key)
        #expect(isForgotten && book.intentReadAt.isEmpty && book.ledger.requests.isEmpty)
    }

    @Test("the end gives up everyone who waits, and takes nobody in")
    func end() {
        var book = LedgerBook()
        let readBack = ReadBack()
        _ = book.expect(readBack, key: "k")
        let waiting = book.end()
        #expect(waiting.count == 1 && waiting.first === readBack)
        let isExpected = book.expect(ReadBack(), key: "k")
        #expect(!isExpected)
        let nobody = book.end()
        #expect(nobody.isEmpty)
    }
}
