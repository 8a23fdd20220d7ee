import JSON
import Model
import Testing

@testable import Enricher

@Suite("the cache of reputations")
struct ReputationCacheTests {
    static let now = Sample.start

    static func cache(capacity: Int = 100) -> ReputationCache {
        ReputationCache(capacity: capacity, longest: .seconds(86_400))
    }

    @Test("a reputation holds until it expires, to the millisecond")
    func expiry() {
        var cache = Self.cache()
        cache.store(Sample.reputation(Sample.file("a"), ttl: .seconds(600)), at: Self.now)
        #expect(cache.reputation(of: Sample.file("a"), at: Self.now + .milliseconds(599_999))?.verdict == .malicious)
        #expect(cache.reputation(of: Sample.file("a"), at: Self.now + .seconds(600)) == nil)
        #expect(cache.reputation(of: Sample.file("b"), at: Self.now) == nil)
    }

    @Test("nothing holds longer than the settings allow, whatever a record says")
    func longest() {
        var cache = Self.cache()
        var forever = Sample.reputation(Sample.file("a"))
        forever.expiresAt = Self.now + .seconds(365 * 86_400)
        cache.store(forever, at: Self.now)
        #expect(cache.reputation(of: Sample.file("a"), at: Self.now + .seconds(86_399)) != nil)
        #expect(cache.reputation(of: Sample.file("a"), at: Self.now + .seconds(86_400)) == nil)
    }

    @Test("what was checked later counts, in whatever order it comes")
    func newest() {
        var cache = Self.cache()
        let later = Sample.reputation(Sample.file("a"), "indifferent", at: Self.now + .seconds(1))
        cache.store(later, at: Self.now)
        cache.store(Sample.reputation(Sample.file("a"), "malware"), at: Self.now)
        #expect(cache.reputation(of: Sample.file("a"), at: Self.now)?.verdict == .indifferent)
    }

    @Test("what has expired gives way, even if the clock of who checked it was ahead")
    func ahead() {
        var cache = Self.cache()
        let ahead = Sample.reputation(Sample.file("a"), "malware", at: Self.now + .seconds(900), ttl: .seconds(300))
        cache.store(ahead, at: Self.now)
        let now = Self.now + .seconds(1200)
        cache.store(Sample.reputation(Sample.file("a"), "indifferent", at: now - .seconds(400)), at: now)
        #expect(cache.reputation(of: Sample.file("a"), at: now)?.verdict == .indifferent)
    }

    @Test("what has expired when it comes is not kept, and takes the place of what was checked earlier")
    func expired() {
        var cache = Self.cache()
        cache.store(Sample.reputation(Sample.file("a")), at: Self.now)
        var ended = Sample.reputation(Sample.file("a"), at: Self.now + .seconds(1))
        ended.expiresAt = Self.now + .seconds(2)
        cache.store(ended, at: Self.now + .seconds(3))
        #expect(cache.count == 0)
    }

    @Test("above its capacity it drops what has expired, then what expires first")
    func capacity() {
        var cache = Self.cache(capacity: 3)
        for (digit, seconds) in zip("abcd", [4000, 300, 5000, 6000]) {
            cache.store(Sample.reputation(Sample.file(digit), ttl: .seconds(seconds)), at: Self.now)
        }
        #expect(cache.count == 3)
        #expect(cache.reputation(of: Sample.file("b"), at: Self.now) == nil)
        let later = Self.now + .seconds(4500)
        cache.store(Sample.reputation(Sample.file("e"), at: later), at: later)
        #expect(cache.count == 3)
        #expect("cde".allSatisfy { cache.reputation(of: Sample.file($0), at: later) != nil })
    }

    @Test("a tombstone's key makes it forget", arguments: ["md5:\(Sample.md5("a"))", "ipv6:2001:db8::9"])
    func forget(key: String) throws {
        var cache = Self.cache()
        let indicators = [Sample.file("a"), Indicator(.ipv6, "2001:db8::9")]
        for indicator in indicators { cache.store(Sample.reputation(indicator), at: Self.now) }
        cache.remove(key: "no key")
        cache.remove(key: "sha512:x")
        #expect(cache.count == 2)
        cache.remove(key: key)
        let gone = try #require(indicators.first { $0.key == key })
        #expect(cache.count == 1)
        #expect(cache.reputation(of: gone, at: Self.now) == nil)
    }
}

@Suite("how long answers hold")
struct ReputationTermsTests {
    @Test(
        "an answer holds as long as it says, within bounds; an unknown indicator shorter",
        arguments: [
            ("malware", 3600, 3600), ("malware", 1, 300), ("indifferent", 1_000_000, 86_400), ("unknown", 3600, 900),
            ("no_type_found", 400, 400), ("never heard of", 86_400, 900), ("unknown", 1, 300),
        ])
    func terms(word: String, said: Int, holds: Int) {
        let reputation = Sample.reputation(Sample.file("a"), word, ttl: .seconds(said))
        #expect(reputation.expiresAt - reputation.checkedAt == .seconds(holds))
        #expect(reputation.classification == word)
    }

    @Test("silence is unknown, without a word of threat intelligence")
    func silence() {
        let reputation = ReputationTerms().silence(about: Sample.file("a"), at: Sample.start)
        #expect(reputation.verdict == .unknown)
        #expect(reputation.classification == nil)
        #expect(reputation.expiresAt == Sample.start + .seconds(900))
    }
}
