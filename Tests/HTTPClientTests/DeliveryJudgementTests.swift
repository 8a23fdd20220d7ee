import Testing

@testable import HTTPClient

/// What each result of libcurl proves, by its number in `curl.h`, without a socket.
@Suite("Judgement of a delivery")
struct DeliveryJudgementTests {
    private func facts(
        _ code: UInt32, opened: Int = 1, once: Bool = true, proxy: Bool = false, body: Int = 10, uploaded: Int = 10,
        head: [String] = []
    ) -> TransferFacts {
        var facts = TransferFacts(
            repeatability: once ? .once : .safe, origin: "https://console:443", usesProxy: proxy, bodyLength: body)
        facts.code = code
        facts.timesOpened = opened
        facts.uploaded = uploaded
        for line in head { facts.head.receive(line: Array("\(line)\r\n".utf8)) }
        return facts
    }

    private func judge(_ facts: TransferFacts) -> HTTPFailure? { DeliveryJudgement(facts: facts).failure }

    @Test(
        "A gate that was never opened proves that nothing was sent",
        arguments: [
            (5, .proxy), (6, .nameResolution), (7, .connect), (28, .timeout(.connect)), (35, .tls), (52, .cut),
            (56, .cut), (58, .tls), (60, .tls), (77, .tls), (97, .proxy), (3, .malformed), (2, .other),
        ] as [(UInt32, HTTPFailure.Reason)])
    func unsent(code: UInt32, reason: HTTPFailure.Reason) throws {
        let failure = try #require(judge(facts(code, opened: 0, uploaded: 0)))
        #expect(failure.delivery == .notSent)
        #expect(failure.reason == reason)
        #expect(!failure.requestIncomplete)
    }

    @Test("Before the gate a configured proxy is what refused or hung up", arguments: [7, 55, 56, 52] as [UInt32])
    func unsentThroughProxy(code: UInt32) throws {
        let failure = try #require(judge(facts(code, opened: 0, proxy: true)))
        #expect(failure.delivery == .notSent)
        #expect(failure.reason == .proxy)
    }

    @Test(
        "An open gate without a status: the request may have been received",
        arguments: [
            (52, .cut), (55, .cut), (56, .cut), (28, .timeout(.total)), (1, .malformed), (8, .malformed),
            (27, .tooLarge),
            (100, .tooLarge), (0, .cut), (35, .tls), (2, .other),
        ] as [(UInt32, HTTPFailure.Reason)])
    func sent(code: UInt32, reason: HTTPFailure.Reason) throws {
        let failure = try #require(judge(facts(code)))
        #expect(failure.delivery == .mayHaveBeenReceived)
        #expect(failure.reason == reason)
    }

    @Test(
        "A status without a whole answer",
        arguments: [
            (18, .truncated), (52, .truncated), (56, .truncated), (61, .malformed),
        ] as [(UInt32, HTTPFailure.Reason)])
    func answered(code: UInt32, reason: HTTPFailure.Reason) throws {
        let failure = try #require(judge(facts(code, head: ["HTTP/1.1 200 OK", "Content-Length: 5", ""])))
        #expect(failure.delivery == .answered(status: 200))
        #expect(failure.reason == reason)
    }

    @Test("Success is not believed when the header block has no end, or a side effect's body has none")
    func overlooked() throws {
        let cutHead = try #require(judge(facts(0, once: false, head: ["HTTP/1.1 200 OK", "Content-Length: 5"])))
        #expect(cutHead.delivery == .answered(status: 200) && cutHead.reason == .truncated)
        let endless = try #require(judge(facts(0, head: ["HTTP/1.1 200 OK", ""])))
        #expect(endless.delivery == .answered(status: 200) && endless.reason == .truncated)
        #expect(judge(facts(0, once: false, head: ["HTTP/1.1 200 OK", ""])) == nil)
        #expect(judge(facts(0, head: ["HTTP/1.1 204 No Content", ""])) == nil)
        #expect(judge(facts(0, head: ["HTTP/1.1 500 X", "Transfer-Encoding: chunked", ""])) == nil)
    }

    @Test("A short upload is proof only on a connection of its own, sent once, unanswered")
    func incomplete() throws {
        #expect(try #require(judge(facts(55, uploaded: 9))).requestIncomplete)
        #expect(try !#require(judge(facts(55, uploaded: 10))).requestIncomplete)
        #expect(try !#require(judge(facts(55, once: false, uploaded: 9))).requestIncomplete)
        #expect(try !#require(judge(facts(55, opened: 2, once: false, uploaded: 9))).requestIncomplete)
        #expect(try !#require(judge(facts(55, uploaded: 9, head: ["HTTP/1.1 413 X"]))).requestIncomplete)
    }

    @Test("A refusal at the first gate proves that nothing was sent; at a second one it proves nothing")
    func refusals() throws {
        var first = facts(42, opened: 0)
        first.refusal = .closed
        #expect(judge(first)?.delivery == .notSent)
        #expect(judge(first)?.reason == .gateClosed)
        var second = facts(42, opened: 1, uploaded: 0)
        second.refusal = .secondSend
        #expect(judge(second)?.requestIncomplete == false)
        #expect(judge(second)?.delivery == .mayHaveBeenReceived)
        #expect(judge(second)?.reason == .cut)
        var repeated = facts(42, opened: 1, once: false)
        repeated.refusal = .closed
        #expect(judge(repeated)?.delivery == .mayHaveBeenReceived)
    }

    @Test(
        "What we ended ourselves says so, whatever libcurl's number",
        arguments: [
            (.cancelled, .cancelled), (.shutDown, .shutDown), (.tooLarge, .tooLarge),
            (.timeout(.firstByte), .timeout(.firstByte)), (.timeout(.total), .timeout(.total)),
        ] as [(TransferFacts.Stop, HTTPFailure.Reason)])
    func stops(stop: TransferFacts.Stop, reason: HTTPFailure.Reason) {
        for opened in [0, 1] {
            var facts = facts(42, opened: opened)
            facts.stop = stop
            #expect(judge(facts)?.reason == reason)
            #expect(judge(facts)?.delivery == (opened == 0 ? .notSent : .mayHaveBeenReceived))
        }
    }
}
