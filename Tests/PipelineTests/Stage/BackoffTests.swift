import Pipeline
import Testing

@Suite("Backoff") struct BackoffTests {
    @Test("The ceiling doubles with every failure, up to the limit")
    func ceiling() {
        var backoff = Backoff(base: .milliseconds(250), limit: .seconds(30))
        var generator = SeededGenerator(seed: 1)
        var ceilings: [Duration] = []
        for _ in 0..<9 {
            ceilings.append(backoff.ceiling)
            _ = backoff.next(using: &generator)
        }
        let milliseconds = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]
        #expect(ceilings == milliseconds.map { .milliseconds($0) })
        #expect(backoff.failures == 9)
    }

    @Test("The wait is anywhere between nothing and the ceiling, and follows from the generator", arguments: 1...5)
    func jitter(seed: UInt64) {
        var (one, other) = (Backoff(), Backoff())
        var (generator, same) = (SeededGenerator(seed: seed), SeededGenerator(seed: seed))
        var shares: [Double] = []
        for _ in 0..<200 {
            let ceiling = one.ceiling
            let wait = one.next(using: &generator)
            #expect(wait >= .zero && wait <= ceiling)
            #expect(other.next(using: &same) == wait)
            shares.append(wait / ceiling)
        }
        // Full jitter: near nothing and near the ceiling alike.
        #expect(shares.contains { $0 < 0.1 } && shares.contains { $0 > 0.9 })
    }

    @Test("A thousand failures later the limit still holds, and a success starts over")
    func manyFailures() {
        var backoff = Backoff(base: .seconds(3600), limit: .seconds(7200))
        for _ in 0..<1000 { _ = backoff.next() }
        #expect(backoff.ceiling == .seconds(7200))
        backoff.reset()
        #expect(backoff.failures == 0 && backoff.ceiling == .seconds(3600))
    }
}
