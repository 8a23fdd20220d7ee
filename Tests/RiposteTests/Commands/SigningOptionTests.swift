import JSON
import Kafka
import Model
import Pipeline
import Runtime
import Signing
import TestSupport
import Testing

@testable import Riposte

@Suite("What a person publishes can be signed", .kafka, .timeLimit(.minutes(2)))
struct SigningOptionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("a request is signed over the bytes that are published, with its id and its end in them")
    func request() async throws {
        let deployment = try await Deployment()
        let run = CommandRun(deployment)
        let key = try folder.write("soar.pem", TestKeys.privatePEM)
        let code = await run.run(
            "request", "--machine", "m1", "--action", "KILL_PROCESS:p1", "--sign", key)
        #expect(code == .done, "\(run.errors)")
        let received = try #require(try await deployment.received(of: Topics.requests).first)
        let (request, record) = (received.event, received.record)
        let value = try #require(record.value)
        #expect(request.requestId != nil && request.notAfter != nil)
        let headers = Dictionary(uniqueKeysWithValues: record.headers.map { ($0.name, $0.value) })
        #expect(headers[SignatureHeader.keyID].map { String(decoding: $0, as: UTF8.self) } == "soar")
        let signature = try #require(headers[SignatureHeader.signature].flatMap { Base64.decode($0) })
        let verifying = try VerifyingKey.ed25519(publicKeyFile: folder.write("soar.pub", TestKeys.publicPEM))
        #expect(verifying.isValid(signature, of: value))
    }

    @Test("a key that cannot be used, and an id without a key, is a matter of how it was called")
    func mistakes() async throws {
        let action = ["request", "--machine", "m1", "--action", "KILL_PROCESS:p1"]
        let cases = [
            (["--key-id", "a"], "--key-id is for --sign"), (["--sign", folder.path(of: "gone")], "cannot be read"),
            (["--sign", try folder.write("short", "sesame")], "has 6 bytes"),
            (["--sign", try folder.write("k.pem", TestKeys.privatePEM), "--key-id", "a b"], "is no key's id"),
        ]
        for (more, words) in cases {
            let run = CommandRun(environment: ["KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "USER": "mallory"])
            let code = await Riposte.program.run(action + more, run.context)
            #expect(code == .usage && run.errors.contains(words), "\(run.errors)")
            #expect(!run.errors.contains("sesame"))
        }
    }
}
