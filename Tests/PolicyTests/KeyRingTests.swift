import Policy
import Signing
import TestSupport
import Testing

@Suite("A policy's keys are as good as their files")
struct KeyRingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func ring(_ keys: [PolicyKey]) throws(PolicyError) -> KeyRing {
        var policy = ResponsePolicy(rules: [])
        policy.keys = keys
        return try KeyRing(of: policy, file: "policy.yaml")
    }

    @Test("each key verifies what its other half has signed")
    func verifies() throws {
        let ring = try ring([
            PolicyKey(id: "a", algorithm: .ed25519, file: folder.write("a.pub", TestKeys.publicPEM)),
            PolicyKey(id: "b", algorithm: .hmacSHA256, file: folder.write("b", TestKeys.secret, mode: 0o644)),
        ])
        let signer = RecordSigner(keyID: "a", key: try SigningKey(contentsOf: folder.write("a", TestKeys.privatePEM)))
        #expect(ring.objection(to: signer) == nil)
        #expect(ring["a"]?.key.algorithm == .ed25519 && ring["c"] == nil)
        #expect(ring.warnings.count == 1 && ring.warnings[0].hasPrefix(folder.path(of: "b")))
    }

    @Test("every file that cannot be used is named with the key's place, and nothing of a secret")
    func mistakes() throws {
        var gone = PolicyKey(id: "a", algorithm: .ed25519, file: folder.path(of: "gone"))
        gone.line = 7
        let short = PolicyKey(id: "b", algorithm: .hmacSHA256, file: try folder.write("b", "sesame"))
        do throws(PolicyError) {
            _ = try ring([gone, short])
            Issue.record("such keys are taken")
        } catch {
            let lines = error.problems.map(\.description)
            #expect(lines[0].hasPrefix("policy.yaml:7: keys[0].file: \(gone.file): cannot be read"))
            #expect(lines[1].hasPrefix("policy.yaml: keys[1].file: \(short.file): has 6 bytes"))
            #expect(!error.description.contains("sesame"))
        }
    }
}
