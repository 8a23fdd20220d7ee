import Runtime
import Signing
import TestSupport
import Testing

@Suite("Signatures are those of the openssl command line")
struct OpenSSLTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs openssl on files of the folder; what it says on standard output.
    @discardableResult
    private func openssl(_ arguments: String...) async throws -> String {
        let child = try await ChildProcess.start(
            .init(
                executable: "/usr/bin/env", arguments: ["-C", folder.path, "openssl"] + arguments,
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], wrapper: nil))
        var said = ""
        for await line in child.lines { said += line.text + "\n" }
        #expect(await child.status() == .exited(0), "openssl \(arguments): \(said)")
        return said
    }

    @Test("Ed25519: a key of openssl's, its signature taken here, and ours taken there")
    func ed25519() async throws {
        try await openssl("genpkey", "-algorithm", "ed25519", "-out", "private.pem")
        try await openssl("pkey", "-in", "private.pem", "-pubout", "-out", "public.pem")
        let payload = Array(#"{"requestId":"soar-1","notAfter":"2026-11-22T10:00:00Z"}"#.utf8)
        try folder.write("payload", bytes: payload)
        try await openssl("pkeyutl", "-sign", "-rawin", "-inkey", "private.pem", "-in", "payload", "-out", "signature")

        let verifying = try VerifyingKey.ed25519(publicKeyFile: folder.path(of: "public.pem"))
        #expect(verifying.isValid(try folder.read("signature"), of: payload))
        let ours = try SigningKey(contentsOf: folder.path(of: "private.pem")).signature(of: payload)
        #expect(try folder.read("signature") == ours)
        try folder.write("ours", bytes: ours)
        let said = try await openssl(
            "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "public.pem", "-in", "payload", "-sigfile", "ours")
        #expect(said.contains("Verified Successfully"))
    }

    @Test("HMAC-SHA-256: openssl's digest under the same secret, in the base64 of the header")
    func hmac() async throws {
        let payload = Array("payload".utf8)
        try folder.write("payload", bytes: payload)
        let path = try folder.write("secret", TestKeys.secret + "\n")
        try await openssl(
            "dgst", "-sha256", "-mac", "HMAC", "-macopt", "key:\(TestKeys.secret)", "-binary",
            "-out", "signature", "payload")
        let theirs = try folder.read("signature")
        #expect(theirs.count == 32)
        #expect(try SigningKey(contentsOf: path).signature(of: payload) == theirs)
        #expect(try VerifyingKey.hmacSHA256(secretFile: path).isValid(theirs, of: payload))
        let text = try await openssl("base64", "-A", "-in", "signature")
        #expect(Base64.encode(theirs) == text.split(separator: "\n").joined())
    }
}
