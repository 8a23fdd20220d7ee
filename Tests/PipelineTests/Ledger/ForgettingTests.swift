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

    private static func fact(
        _ kind: FactKind, by writer: String, attempt: Int = 0, at time: Timestamp = Samples.time
    ) -> LedgerFact {
        var fact = LedgerFact(kind, of: "r", attempt: attempt, writer: writer, at: time)
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

    /// The rounds of tombstones that somebody who has read the log would write.
    private static func rounds(_ log: [Entry]) -> [[Entry]] {
        (book(log).rounds(forgetting: "r", after: .seconds(-1)) ?? []).map { $0.map { .tombstone($0) } }
    }

    private static var tombstones: [Entry] { rounds(life).flatMap { $0 } }

    /// Whoever reads a log, whatever part of it is compacted, ends up with the same.
    private static func checkReaders(_ log: [Entry], _ comment: Comment? = nil, at line: SourceLocation) {
        let live = book(log)
        for place in 0...log.count {
            for drops in [false, true] {
                let book = Self.book(compacted(log, upTo: place, dropsTombstones: drops))
                #expect(book.ledger.requests == live.ledger.requests, comment, sourceLocation: line)
                #expect(book.ledger.open == live.ledger.open, comment, sourceLocation: line)
            }
        }
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

    @Test("a repetition that comes beside the tombstones is forgotten with the rest, for every reader")
    func beside() {
        let late = Entry.fact(Self.fact(.accepted, by: "e"))
        let log = Self.life + [late] + Self.tombstones
        let book = Self.book(log)
        #expect(book.ledger.requests.isEmpty)
        #expect(
            book.forgettable(after: .seconds(3600)) == ["r"], "at once, for it is void only while the rest is there")
        #expect(book.idleOpeners(of: "r") == [late.key])
        let rest = book.rounds(forgetting: "r", after: .seconds(3600)) ?? []
        #expect(rest.flatMap { $0 } == [late.key])
        let all = log + [.tombstone(late.key)]
        #expect(Self.book(all).records.isEmpty)
        Self.checkReaders(all, at: #_sourceLocation)
    }

    /// The same id once more, a while later.
    private static let again: [Entry] = [
        (FactKind.accepted, "z", 0), (.intent, "z", 1), (.submitted, "z", 1), (.accepted, "y", 0), (.ended, "z", 0),
    ].map { .fact(fact($0.0, by: $0.1, attempt: $0.2, at: Samples.time + .seconds(1_000_000))) }

    @Test("an id that comes again is not forgotten by what a stalled sweep still writes about the one before")
    func reused() throws {
        let rounds = Self.rounds(Self.life)
        for stalledAt in 0...3 {
            let late = rounds[stalledAt...].flatMap { $0 }
            for place in 0...Self.again.count {
                let log =
                    Self.life + rounds[..<stalledAt].flatMap { $0 } + Self.tombstones + Self.again[..<place] + late
                    + Self.again[place...]
                let live = Self.book(log)
                let request = try #require(live.ledger.requests["r"], "stalled at \(stalledAt), late at \(place)")
                #expect(request.end != nil && request.opener == Self.again[0].key)
                Self.checkReaders(log, "stalled at \(stalledAt), late at \(place)", at: #_sourceLocation)
            }
        }
    }

    @Test("an id that came again is forgotten by its own tombstones, also beside what is left of the one before")
    func forgottenAgain() {
        let left = Entry.fact(Self.fact(.accepted, by: "e"))
        let log = Self.life + [left] + Self.tombstones + Self.again
        let rounds = Self.rounds(log)
        #expect(rounds[1] == [.tombstone(Self.again[0].key)], "what has begun it, not what is left")
        let all = log + rounds.flatMap { $0 }
        #expect(Self.book(all).ledger.requests.isEmpty && Self.book(all).records.isEmpty)
        Self.checkReaders(
            Self.life + Self.tombstones + Self.again + Self.rounds(Self.again).flatMap { $0 }, at: #_sourceLocation)
    }

    @Test("what has begun again since it was asked for gets no tombstones")
    func rounds() {
        let open = Self.book(Self.life + Self.tombstones + Self.again.prefix(3))
        #expect(open.rounds(forgetting: "r", after: .seconds(-1)) == nil)
        let ended = Self.book(Self.life + Self.tombstones + Self.again)
        #expect(ended.rounds(forgetting: "r", after: .seconds(1)) == nil)
        #expect(ended.rounds(forgetting: "r", after: .seconds(-1)) != nil)
    }

    @Test("an id that is repeated without end costs no more for each repetition", .timeLimit(.minutes(1)))
    func repeated() {
        var records = FactRecords()
        let (opens, holds) = (Self.fact(.accepted, by: "a"), Self.fact(.held, by: "a"))
        let count = 100_000
        for number in 0..<count {
            records.note(opens, key: "o\(number)", logTime: Samples.time)
            records.note(holds, key: "h\(number)", logTime: Samples.time)
        }
        #expect(records.rounds(opener: "o7").map(\.count) == [count - 1, 1, count])
        #expect(records.idle(besides: nil).first == "o\(count - 1)")
        for number in 0..<count {
            records.remove("o\(number)")
            records.remove("h\(number)")
        }
        #expect(records.isEmpty)
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
