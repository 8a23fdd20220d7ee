import JSON
import Kafka
import Model
import Testing

@testable import Pipeline

/// However far compaction and the tombstones have come, a request that has ended is never open again.
@Suite struct ForgettingTests {
    private enum Entry: Hashable {
        case fact(LedgerFact)
        case tombstone(String)

        var key: String {
            switch self {
            case .fact(let fact): fact.key
            case .tombstone(let key): key
            }
        }
    }

    private static func fact(_ kind: FactKind, by writer: String, attempt: Int = 0) -> LedgerFact {
        var fact = LedgerFact(kind, of: "r", attempt: attempt, writer: writer, at: Samples.time)
        if kind == .accepted { fact.request = Samples.request(["p"]) }
        if kind == .submitted { fact.remediationId = "x" }
        if kind == .ended { fact.state = .succeeded }
        return fact
    }

    /// A request's whole life, with what came twice or too late.
    private static let life: [Entry] = [
        .fact(fact(.accepted, by: "a")), .fact(fact(.accepted, by: "b")), .fact(fact(.intent, by: "a", attempt: 1)),
        .fact(fact(.submitted, by: "a", attempt: 1)), .fact(fact(.accepted, by: "c")), .fact(fact(.ended, by: "t")),
        .fact(fact(.ended, by: "u")), .fact(fact(.accepted, by: "d")), .fact(fact(.held, by: "b")),
    ]

    private static func book(_ log: [Entry]) -> LedgerBook {
        var book = LedgerBook(keepsKeys: true)
        for entry in log {
            switch entry {
            case .fact(let fact): _ = book.fold(fact, Samples.record(fact), now: .now)
            case .tombstone(let key): _ = book.forget("r", key: key)
            }
        }
        return book
    }

    /// The log after compaction up to a place: of each key there only its last record is left.
    private static func compacted(_ log: [Entry], upTo place: Int, dropsTombstones: Bool) -> [Entry] {
        let last = Dictionary(log[..<place].enumerated().map { ($1.key, $0) }, uniquingKeysWith: { $1 })
        let kept = log[..<place].enumerated().filter { index, entry in
            guard last[entry.key] == index else { return false }
            if case .tombstone = entry { return !dropsTombstones }
            return true
        }
        return kept.map(\.element) + log[place...]
    }

    private static var tombstones: [Entry] {
        (book(life).records["r"]?.rounds ?? []).flatMap { $0 }.map { .tombstone($0) }
    }

    @Test("whatever part of the tombstones is in the log, and whatever part of it is compacted")
    func everywhere() {
        let tombstones = Self.tombstones
        #expect(Set(tombstones.map(\.key)) == Set(Self.life.map(\.key)))
        for written in 0...tombstones.count {
            let log = Self.life + tombstones[..<written]
            for place in 0...log.count {
                for drops in [false, true] {
                    let book = Self.book(Self.compacted(log, upTo: place, dropsTombstones: drops))
                    #expect(book.ledger.open.isEmpty, "\(written) tombstones, compacted up to \(place)")
                }
            }
        }
    }

    @Test("a repetition that comes beside the tombstones is forgotten with the rest")
    func beside() {
        let late = Entry.fact(Self.fact(.accepted, by: "e"))
        let log = Self.life + [late] + Self.tombstones
        let book = Self.book(log)
        #expect(book.ledger.requests.isEmpty)
        #expect(
            book.forgettable(after: .seconds(3600)) == ["r"], "at once, for it is void only while the rest is there")
        let rest = (book.records["r"]?.rounds ?? []).flatMap { $0 }
        #expect(rest == [late.key])
        #expect(Self.book(log + rest.map { .tombstone($0) }).records.isEmpty)
    }

    @Test("an open request is not forgotten, nor one of which something was said lately")
    func kept() {
        #expect(Self.book(Array(Self.life.prefix(4))).forgettable(after: .seconds(-1)).isEmpty)
        #expect(Self.book(Self.life).forgettable(after: .zero).isEmpty)
        #expect(Self.book(Self.life).forgettable(after: .seconds(-1)) == ["r"])
    }

    @Test("facts about a request that nobody knows go when they are old")
    func strays() {
        let book = Self.book([.fact(Self.fact(.held, by: "a"))])
        #expect(book.forgettable(after: .zero).isEmpty)
        #expect(book.forgettable(after: .seconds(-1)) == ["r"])
    }

    @Test("who does not sweep keeps no keys")
    func noKeys() {
        var book = LedgerBook()
        let fact = Self.fact(.accepted, by: "a")
        _ = book.fold(fact, Samples.record(fact), now: .now)
        #expect(book.records.isEmpty)
    }
}
