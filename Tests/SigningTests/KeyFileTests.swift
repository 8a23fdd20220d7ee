import Glibc
import Signing
import TestSupport
import Testing

@Suite("A key file that cannot be used says why, and nothing of what is in it")
struct KeyFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func mistake(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test("a public key's place takes public keys alone")
    func publicKeys() throws {
        let cases = [
            (TestKeys.privatePEM, "is a private key"), ("", "is empty"), ("hello", "is not one Ed25519 public key"),
            (TestKeys.publicPEM + TestKeys.otherPublicPEM, "is not one Ed25519 public key"),
            (Self.ellipticCurve, "is not one Ed25519 public key"),
            (TestKeys.publicPEM.replacing("11qY", with: "!!!!"), "is not one Ed25519 public key"),
        ]
        for (text, words) in cases {
            let path = try folder.write("key.pem", text)
            let said = mistake { _ = try VerifyingKey.ed25519(publicKeyFile: path) }
            #expect(said.hasPrefix("\(path): \(words)"), "\(said)")
        }
        #expect(
            mistake { _ = try VerifyingKey.ed25519(publicKeyFile: folder.path(of: "gone")) }.contains("gone: cannot"))
        #expect(mistake { _ = try VerifyingKey.ed25519(publicKeyFile: folder.path) }.contains("is no file"))
    }

    @Test("a signing key is a private one, and not encrypted: nobody is asked for a password")
    func privateKeys() throws {
        let cases = [
            (TestKeys.publicPEM, "is a public key"), (Self.encrypted, "is encrypted"),
            (Self.ellipticCurve.replacing("PUBLIC", with: "PRIVATE"), "is not one Ed25519 private key"),
        ]
        for (text, words) in cases {
            let path = try folder.write("key.pem", text)
            let said = mistake { _ = try SigningKey(contentsOf: path) }
            #expect(said.hasPrefix("\(path): \(words)"), "\(said)")
        }
    }

    @Test("a secret has 32 bytes at least, besides a line end; and a public key is none, or everyone could sign")
    func secrets() throws {
        let short = String(TestKeys.secret.dropLast())
        for text in [short, short + "\n", short + "\r\n"] {
            let path = try folder.write("secret", text)
            let said = mistake { _ = try VerifyingKey.hmacSHA256(secretFile: path) }
            #expect(said.contains("has 31 bytes") && !said.contains(short))
            #expect(mistake { _ = try SigningKey(contentsOf: path) } == said)
        }
        let path = try folder.write("secret", TestKeys.publicPEM)
        #expect(mistake { _ = try VerifyingKey.hmacSHA256(secretFile: path) }.contains("is PEM, not the secret"))
    }

    @Test("one line end after a secret does not count, a second one does")
    func lineEnds() throws {
        let plain = try SigningKey(contentsOf: folder.write("secret", TestKeys.secret)).signature(of: [1])
        for end in ["\n", "\r\n"] {
            let key = try SigningKey(contentsOf: folder.write("secret", TestKeys.secret + end))
            #expect(try key.signature(of: [1]) == plain)
        }
        let two = try SigningKey(contentsOf: folder.write("secret", TestKeys.secret + "\n\n"))
        #expect(try two.signature(of: [1]) != plain)
    }

    @Test("a pipe is no key file, and nobody waits for its writer")
    func pipe() throws {
        let path = folder.path(of: "pipe")
        try #require(mkfifo(path, 0o600) == 0)
        #expect(mistake { _ = try SigningKey(contentsOf: path) }.contains("is no file"))
    }

    @Test("a secret that everyone may read, and a key that everyone may change, is worth a warning")
    func permissions() throws {
        #expect(try SigningKey(contentsOf: folder.write("a", TestKeys.privatePEM, mode: 0o640)).warning == nil)
        let read = try SigningKey(contentsOf: folder.write("b", TestKeys.privatePEM, mode: 0o644)).warning
        #expect(read?.contains("may read") == true)
        let secret = try VerifyingKey.hmacSHA256(secretFile: folder.write("c", TestKeys.secret, mode: 0o604)).warning
        #expect(secret?.contains("may read") == true && secret?.contains(TestKeys.secret) == false)
        let shown = try VerifyingKey.ed25519(publicKeyFile: folder.write("d", TestKeys.publicPEM, mode: 0o644))
        #expect(shown.warning == nil)
        let open = try VerifyingKey.ed25519(publicKeyFile: folder.write("d", TestKeys.publicPEM, mode: 0o666))
        #expect(open.warning?.contains("may be changed") == true)
    }

    /// A key of another kind (prime256v1).
    private static let ellipticCurve = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqBzRgeJeJ0+4JPhDFF6cDNgSRAza
        E1JflKTSyhAJbYLIrfPJNmckUeBq4nPM07OIcNJETvjyoVPmmGfvq4hs+g==
        -----END PUBLIC KEY-----

        """

    /// An Ed25519 private key under a password.
    private static let encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiPGkPRtKPbcAICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEMYT/8mlt7q4gF08Nj2O9acEQAmX
        +llTYwZ+0hFn81byBXqcWn0zOSedpUVLkfX8ggI22DVIiWxFI/r/GD864PMn97iQ
        tEFxK9Nf+oszA9B0J7c=
        -----END ENCRYPTED PRIVATE KEY-----
        """
}
