import Testing

@testable import Runtime

@Suite("What is made of the signals that ask for the end")
struct TerminationWishesTests {
    @Test("what comes within a second of the first is the same wish, what comes later is a second one")
    func steps() {
        var wishes = TerminationWishes()
        let start: Int64 = 7_000_000_000
        #expect(wishes.take(at: start) == .begin)
        #expect(wishes.take(at: start) == .ignore)
        #expect(wishes.take(at: start + 2_000_000) == .ignore)
        // Repeating oneself does not make the second any longer.
        #expect(wishes.take(at: start + 999_999_999) == .ignore)
        #expect(wishes.take(at: start + 1_000_000_000) == .force)
    }
}
