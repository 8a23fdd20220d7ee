import Cybereason
import Model
import Pipeline
import TestSupport
import Testing

@testable import Enricher

@Suite("what is asked for, and when")
struct LookupQueueTests {
    typealias Queue = LookupQueue<ManualClock.Instant>

    static func at(_ milliseconds: Int) -> ManualClock.Instant { .init(offset: .milliseconds(milliseconds)) }

    /// A pause after a failure is at most a second, then two…
    static func queue(batchSize: Int = 3) -> Queue {
        Queue(
            LookupLimits(
                batchSize: batchSize, batchWait: .milliseconds(5),
                backoff: Backoff(base: .seconds(1), limit: .seconds(60))))
    }

    static let failure = ClassificationResult.failed(ConsoleError(.unavailable, "HTTP 503"))
    static let refusal = ClassificationResult.failed(ConsoleError(.rejected, "bad request", status: 400))
    static let malware = ClassificationResult.classified(Classification(type: "malware"))

    @Test("an indicator waits a moment for company")
    func waits() {
        var queue = Self.queue()
        queue.want(Sample.file("a"), at: Self.at(0))
        #expect(queue.next(.file, at: Self.at(1)) == .wait(until: Self.at(5)))
        queue.want(Sample.file("b"), at: Self.at(2))
        #expect(queue.next(.file, at: Self.at(5)) == .send([Sample.file("a"), Sample.file("b")]))
        #expect(queue.next(.file, at: Self.at(9)) == .nothing)
    }

    @Test("a full batch waits for nobody")
    func full() {
        var queue = Self.queue()
        for digit in "abcd" { queue.want(Sample.file(digit), at: Self.at(0)) }
        #expect(queue.next(.file, at: Self.at(0)) == .send("abc".map(Sample.file)))
        #expect(queue.next(.file, at: Self.at(0)) == .wait(until: Self.at(5)))
    }

    @Test("each kind of indicator goes to its own endpoint")
    func endpoints() {
        var queue = Self.queue()
        queue.want(Sample.file("a"), at: Self.at(0))
        queue.want(Indicator(.sha1, "b"), at: Self.at(0))
        queue.want(Sample.domain("c2.example"), at: Self.at(0))
        queue.want(Indicator(.ipv4, "203.0.113.9"), at: Self.at(0))
        queue.want(Indicator(.ipv6, "2001:db8::9"), at: Self.at(0))
        #expect(queue.next(.file, at: Self.at(5)) == .send([Sample.file("a"), Indicator(.sha1, "b")]))
        #expect(queue.next(.domain, at: Self.at(5)) == .send([Sample.domain("c2.example")]))
        let addresses = [Indicator(.ipv4, "203.0.113.9"), Indicator(.ipv6, "2001:db8::9")]
        #expect(queue.next(.address, at: Self.at(5)) == .send(addresses))
    }

    @Test("an indicator that many want is in flight once")
    func once() {
        var queue = Self.queue()
        for _ in 0..<10 { queue.want(Sample.file("a"), at: Self.at(0)) }
        #expect(queue.next(.file, at: Self.at(5)) == .send([Sample.file("a")]))
        queue.want(Sample.file("a"), at: Self.at(6))
        #expect(queue.next(.file, at: Self.at(20)) == .nothing)
        let settled = queue.receive([Sample.file("a")], [Sample.file("a"): Self.malware], at: Self.at(21))
        #expect(settled == [Sample.file("a"): .classified(Classification(type: "malware"))])
        #expect(queue.count == 0)
    }

    @Test("what failed settles nothing, and is asked for again after a pause")
    func failure() {
        var queue = Self.queue()
        queue.want(Sample.file("a"), at: Self.at(0))
        _ = queue.next(.file, at: Self.at(5))
        #expect(queue.receive([Sample.file("a")], [Sample.file("a"): Self.failure], at: Self.at(10)) == [:])
        #expect(queue.lastFailure(of: Sample.file("a"))?.kind == .unavailable)
        #expect(queue.next(.file, at: Self.at(1010)) == .send([Sample.file("a")]))
    }

    @Test("the pause is as long as the server asks for at least")
    func retryAfter() {
        var queue = Self.queue()
        queue.want(Sample.file("a"), at: Self.at(0))
        _ = queue.next(.file, at: Self.at(5))
        let throttled = ClassificationResult.failed(ConsoleError(.throttled, "429", retryAfter: .seconds(30)))
        _ = queue.receive([Sample.file("a")], [Sample.file("a"): throttled], at: Self.at(0))
        #expect(queue.next(.file, at: Self.at(29_999)) == .wait(until: Self.at(30_000)))
    }

    @Test("an endpoint that does not answer gets one request at a time, the others go on")
    func probe() {
        var queue = Self.queue(batchSize: 1)
        for digit in "abc" { queue.want(Sample.file(digit), at: Self.at(0)) }
        queue.want(Sample.domain("c2.example"), at: Self.at(0))
        #expect(queue.next(.file, at: Self.at(0)) == .send([Sample.file("a")]))
        #expect(queue.next(.file, at: Self.at(0)) == .send([Sample.file("b")]))
        _ = queue.receive([Sample.file("a")], [Sample.file("a"): Self.failure], at: Self.at(0))
        _ = queue.receive([Sample.file("b")], [Sample.file("b"): Self.failure], at: Self.at(0))
        #expect(queue.next(.file, at: Self.at(60_000)) == .send([Sample.file("c")]))
        #expect(queue.next(.file, at: Self.at(60_000)) == .nothing)
        #expect(queue.next(.domain, at: Self.at(60_000)) == .send([Sample.domain("c2.example")]))
        _ = queue.receive([Sample.file("c")], [Sample.file("c"): Self.malware], at: Self.at(60_000))
        #expect(queue.next(.file, at: Self.at(60_000)) == .send([Sample.file("a")]))
        #expect(queue.next(.file, at: Self.at(60_000)) == .send([Sample.file("b")]))
    }

    @Test("what an answer leaves out is asked for once more, and then nobody knows it")
    func silence() {
        var queue = Self.queue()
        queue.want(Sample.file("a"), at: Self.at(0))
        queue.want(Sample.file("b"), at: Self.at(0))
        _ = queue.next(.file, at: Self.at(5))
        let files = [Sample.file("a"), Sample.file("b")]
        let first = queue.receive(files, [Sample.file("b"): Self.malware], at: Self.at(6))
        #expect(Array(first.keys) == [Sample.file("b")])
        #expect(queue.next(.file, at: Self.at(6)) == .send([Sample.file("a")]))
        #expect(queue.receive([Sample.file("a")], [:], at: Self.at(7)) == [Sample.file("a"): .silent])
    }

    @Test("an error between two silences is no silence")
    func silenceAndError() {
        var queue = Self.queue()
        let file = [Sample.file("a")]
        queue.want(file[0], at: Self.at(0))
        _ = queue.next(.file, at: Self.at(5))
        #expect(queue.receive(file, [:], at: Self.at(6)) == [:])
        _ = queue.next(.file, at: Self.at(6))
        #expect(queue.receive(file, [file[0]: Self.failure], at: Self.at(7)) == [:])
        #expect(queue.count == 1)
    }

    @Test("a refused batch is halved until the one is alone that the server does not like")
    func refused() {
        var queue = Self.queue(batchSize: 8)
        for digit in "abcd" { queue.want(Sample.file(digit), at: Self.at(0)) }
        var now = 10
        var settled: [Indicator: Queue.Settled] = [:]
        var requests = 0
        while case .send(let batch) = queue.next(.file, at: Self.at(now)) {
            let isSpoilt = batch.contains(Sample.file("c"))
            let results = Dictionary(uniqueKeysWithValues: batch.map { ($0, isSpoilt ? Self.refusal : Self.malware) })
            settled.merge(queue.receive(batch, results, at: Self.at(now))) { $1 }
            now += 60_000
            requests += 1
        }
        #expect(requests == 5)
        #expect(settled[Sample.file("c")] == .refused(ConsoleError(.rejected, "bad request", status: 400)))
        #expect("abd".allSatisfy { settled[Sample.file($0)] == .classified(Classification(type: "malware")) })
        queue.want(Sample.file("c"), at: Self.at(now))
        queue.want(Sample.file("e"), at: Self.at(now))
        #expect(queue.next(.file, at: Self.at(now + 60_000)) == .send([Sample.file("c")]), "it spoils no batch again")
    }

    @Test("nobody is asked for what nobody wants any more")
    func abandoned() {
        var queue = Self.queue()
        queue.want(Sample.file("a"), at: Self.at(0))
        queue.want(Sample.file("a"), at: Self.at(0))
        queue.want(Sample.file("b"), at: Self.at(0))
        queue.abandon(Sample.file("a"))
        queue.abandon(Sample.file("b"))
        #expect(queue.next(.file, at: Self.at(5)) == .send([Sample.file("a")]))
        queue.abandon(Sample.file("a"))
        _ = queue.receive([Sample.file("a")], [Sample.file("a"): Self.failure], at: Self.at(5))
        #expect(queue.count == 0)
        #expect(queue.next(.file, at: Self.at(60_000)) == .nothing)
    }
}
