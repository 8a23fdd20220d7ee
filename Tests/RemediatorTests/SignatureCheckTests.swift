import JSON
import Kafka
import Model
import Pipeline
import Signing
import Testing

@testable import Remediator

@Suite("A record is as good as its signature")
struct SignatureCheckTests {
    private let keys: KeyFolder
    private let body = KeyFolder.body("one", notAfter: RequestReaderTests.now + .seconds(600))

    init() throws { keys = try KeyFolder() }

    private func check(_ requirement: SignatureRequirement) throws -> SignatureCheck {
        let ring = try keys.ring()
        return SignatureCheck(requirement: requirement) { ring }
    }

    private func record(_ headers: [KafkaHeader], _ value: String? = nil) -> KafkaRecord {
        KafkaRecord(
            topic: "riposte.remediation.requests", partition: 1, offset: 7,
            timestamp: RequestReaderTests.now.milliseconds, key: nil, value: Array((value ?? body).utf8),
            headers: headers)
    }

    /// The key that was found, or the code of the fault.
    private func outcome(
        _ requirement: SignatureRequirement, _ headers: [KafkaHeader], _ value: String? = nil,
        for use: SignatureCheck.Use = .request
    ) throws -> String {
        let check = try check(requirement)
        do throws(Unusable) {
            return try check.keyID(of: record(headers, value), for: use) ?? "none"
        } catch {
            return error.reason.rawValue
        }
    }

    private func header(_ name: String, _ value: String) -> KafkaHeader {
        KafkaHeader(name: name, value: Array(value.utf8))
    }

    @Test("a right signature tells the key, whether one is needed or not")
    func right() throws {
        for requirement in SignatureRequirement.allCases {
            #expect(try outcome(requirement, keys.headers(body)) == "soar")
            #expect(try outcome(requirement, keys.headers(body, by: "boss"), for: .decision) == "boss")
        }
    }

    @Test("none is needed where none is required, and an unknown key is nobody's business there")
    func off() throws {
        #expect(try outcome(.off, []) == "none")
        let unknown = [header(SignatureHeader.keyID, "stranger"), header(SignatureHeader.signature, "AAAA")]
        #expect(try outcome(.off, unknown) == "none")
        #expect(try outcome(.required, []) == "signature-missing")
        #expect(try outcome(.required, unknown) == "key-unknown")
    }

    @Test("a wrong one by a known key is refused in any case")
    func wrong() throws {
        let good = try keys.headers(body)
        let signature = String(decoding: good[1].value, as: UTF8.self)
        let named = good[0]
        let short = Base64.encode(Array((Base64.decode(good[1].value) ?? []).dropLast()))
        let cases: [[KafkaHeader]] = [
            [named], [good[1]], [named, header(SignatureHeader.signature, "")],
            [named, header(SignatureHeader.signature, String(signature.dropLast(4)))],
            [named, header(SignatureHeader.signature, short)],
            [named, header(SignatureHeader.signature, signature + "\n")],
            [named, header(SignatureHeader.signature, "?" + signature.dropFirst())],
            [header(SignatureHeader.keyID, "other"), good[1]], good + [good[1]], [named] + good,
            [header(SignatureHeader.keyID, "so ar"), good[1]], [header(SignatureHeader.keyID, ""), good[1]],
            try keys.headers(body + " "), try keys.headers(""),
        ]
        for requirement in SignatureRequirement.allCases {
            for headers in cases {
                #expect(try outcome(requirement, headers) == "signature-invalid", "\(headers)")
            }
            #expect(try outcome(requirement, good, body + " ") == "signature-invalid")
            #expect(try outcome(requirement, good, String(body.dropLast())) == "signature-invalid")
        }
    }

    @Test("a key is good for what the policy has it for")
    func uses() throws {
        #expect(try outcome(.required, keys.headers(body), for: .decision) == "requester-not-allowed")
        #expect(try outcome(.required, keys.headers(body, by: "boss")) == "requester-not-allowed")
    }

    private func read(_ headers: [KafkaHeader], _ value: String? = nil) throws -> RequestReader.Reading {
        var reader = RequestReaderTests.reader
        reader.signatures = try check(.required)
        return reader.read(record(headers, value), at: RequestReaderTests.now)
    }

    @Test("what is badly signed is refused under an id of its own, so that it cannot end the request that it names")
    func ownID() throws {
        for value in [body, #"{"requestId":"one"}"#] {
            let fact = try #require(try read([], value).fact)
            #expect(fact.fact == .refused && fact.reason == .signatureMissing && fact.keyId == nil)
            #expect(fact.requestId != "one" && fact.request?.requestId == nil)
            #expect(fact.detail?.contains("claims to be request 'one'") == true)
            var ledger = Ledger()
            #expect(ledger.apply(fact, logTime: RequestReaderTests.now) == .allowed)
            let good = try #require(try read(keys.headers(body)).fact)
            #expect(good.requestId == "one" && good.keyId == "soar" && good.fact == .accepted)
            #expect(ledger.apply(good, logTime: RequestReaderTests.now) == .allowed)
        }
        #expect(try read([], "not JSON").fact == nil)
    }

    @Test("what is rightly signed and cannot be used is refused under its own id, to the key that signed it")
    func refusedToItsSender() throws {
        let value = #"{"requestId":"one","actionsByMachine":{}}"#
        let fact = try #require(try read(keys.headers(value), value).fact)
        #expect(fact.requestId == "one" && fact.reason == .noActions && fact.keyId == "soar")
    }

    @Test("a signed request names its id and an end that is within what is remembered, or it could be done again")
    func replayable() throws {
        let now = RequestReaderTests.now
        let fortnight = Duration.seconds(14 * 86_400)
        let cases = [
            GuardrailTests.body("one"), KeyFolder.body("one", notAfter: now + fortnight + .milliseconds(1)),
            KeyFolder.body("one").replacing(#""requestId":"one","#, with: ""),
            // Too far when it was made, and kept until it is not.
            KeyFolder.body(
                "one", notAfter: now + .seconds(60), more: #","requestedAt":"\#((now - fortnight).rfc3339)""#),
        ]
        for value in cases {
            let reading = try read(keys.headers(value), value)
            #expect(reading.fault?.reason == .signatureReplayable && reading.fact?.fact == .refused, "\(value)")
        }
        let longest = KeyFolder.body("one", notAfter: now + fortnight)
        #expect(try read(keys.headers(longest), longest).fault == nil)
    }
}
