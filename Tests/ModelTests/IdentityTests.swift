import JSON
import Model
import Testing

/// Ids and digests: vectors that hold them fast, for they are stored in topics and compared across releases.
@Suite struct IdentityTests {
    @Test("SHA-256 gives the digests of FIPS 180-4's examples")
    func sha256() {
        #expect(
            Digest.sha256(Array("abc".utf8)).hexadecimal()
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            Digest.sha256([]).hexadecimal() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(Digest.sha256([]).bytes.count == 32)
        #expect(Digest.sha256(Array("abc".utf8)).hexadecimal(prefix: 2) == "ba78")
    }

    @Test("A stable id is the hash of its parts, each with its length before it")
    func vectors() {
        #expect(StableID.make("kind", ["ab", "c"]) == "20f06e618e2cfac27967fa5fe77dcecc")
        #expect(StableID.make("kind", []) == "ddbc881270835ff0161729512f42542f")
        #expect(StableID.make("Größe", ["ä\u{0}"]) == "bee3f07e2728c46c44a3730fd32d2802")
    }

    @Test(
        "Parts that only look the same side by side have other ids",
        arguments: [(["ab", "c"], ["a", "bc"]), ([""], []), (["a", ""], ["a"]), (["", "a"], ["a", ""])])
    func boundaries(parts: ([String], [String])) {
        #expect(StableID.make("kind", parts.0) != StableID.make("kind", parts.1))
    }

    @Test("The kind is part of the id")
    func kinds() {
        #expect(StableID.make("detection", ["1"]) != StableID.make("request", ["1"]))
    }

    @Test("The id of a ledger fact's record is unlike that of any other fact", arguments: differences)
    func factKeys(difference: Difference) {
        var other = Samples.facts.filled
        difference.change(&other)
        #expect(other.key != Samples.facts.filled.key)
        #expect(LedgerFact.requestId(inKey: other.key) == other.requestId)
    }

    struct Difference: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout LedgerFact) -> Void

        init(_ name: String, _ change: @escaping @Sendable (inout LedgerFact) -> Void) {
            testDescription = name
            self.change = change
        }
    }

    static let differences = [
        Difference("request") { $0.requestId = "soar/2026" },
        Difference("fact") { $0.fact = .held },
        Difference("attempt") { $0.attempt = 2 },
        Difference("writer") { $0.writer = "remediator-8a1d" },
        Difference("time") { $0.at += .milliseconds(1) },
        Difference("body") { $0.request?.malopId = nil },
        Difference("end state") { $0.state = .failed },
        Difference("remediation") { $0.remediationId = "other" },
        Difference("decision") { $0.decision?.decision = .giveUp },
    ]

    @Test("The same fact sent again has the same key")
    func sameFact() {
        #expect(Samples.facts.filled.key == Samples.facts.filled.key)
        #expect(Samples.facts.filled.key.hasPrefix("soar-2026-11-22-0042/ENDED/1/remediator-7f9c/"))
    }

    @Test("What is no key of the ledger names no request", arguments: ["", "r", "r/ENDED/1/w", "r/NONSENSE/1/w/h"])
    func foreignKeys(key: String) {
        #expect(LedgerFact.requestId(inKey: key) == nil)
    }
}

/// The W3C trace context.
@Suite struct TraceContextTests {
    static let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test("A header is read and written")
    func header() throws {
        let context = try #require(TraceContext(header: Self.header))
        #expect(context.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect(context.parentID == "b7ad6b7169203331")
        #expect(context.header == Self.header)
    }

    @Test(
        "What is no trace context of version 00 is refused",
        arguments: [
            "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-0af7651916cd43dd8448eb211c8031äc-b7ad6b7169203331-01",
        ])
    func refused(header: String) {
        #expect(TraceContext(header: header) == nil)
    }

    @Test("An event starts the same trace at every delivery, and other events start others")
    func start() throws {
        let context = TraceContext(startingAt: "event")
        #expect(context == TraceContext(startingAt: "event"))
        #expect(context.traceID != TraceContext(startingAt: "other").traceID)
        #expect(try #require(TraceContext(header: context.header)) == context)
    }

    @Test("What an event causes stays in its trace, in a span of its own")
    func child() throws {
        let context = try #require(TraceContext(header: Self.header))
        let child = context.child(of: "result")
        #expect(child.traceID == context.traceID)
        #expect(child.parentID != context.parentID)
        #expect(child == context.child(of: "result"))
        #expect(child != context.child(of: "another"))
        #expect(TraceContext(header: child.header) == child)
    }
}
