import TestSupport
import Testing

@testable import Signing

@Suite("Signatures are those of the standards")
struct VectorTests {
    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }

    @Test("Ed25519: tests 1 and 2 of RFC 8032 §7.1")
    func ed25519() throws {
        let folder = try TemporaryFolder()
        let vectors = [
            (
                TestKeys.privatePEM, TestKeys.publicPEM, "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                TestKeys.otherPrivatePEM, TestKeys.otherPublicPEM, "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ]
        for (privatePEM, publicPEM, message, signature) in vectors {
            let signing = try SigningKey(contentsOf: folder.write("private.pem", privatePEM))
            let verifying = try VerifyingKey.ed25519(publicKeyFile: folder.write("public.pem", publicPEM))
            #expect(try signing.signature(of: Self.bytes(message)) == Self.bytes(signature))
            #expect(verifying.isValid(Self.bytes(signature), of: Self.bytes(message)))
            #expect(!verifying.isValid(Self.bytes(signature), of: Self.bytes(message + "00")))
        }
    }

    @Test("Ed25519: a signature whose second half is not reduced is none, although the equation holds for it")
    func malleable() throws {
        let folder = try TemporaryFolder()
        let signing = try SigningKey(contentsOf: folder.write("private.pem", TestKeys.privatePEM))
        let verifying = try VerifyingKey.ed25519(publicKeyFile: folder.write("public.pem", TestKeys.publicPEM))
        var signature = try signing.signature(of: [1, 2, 3])
        // The order of the group, little-endian, added to S.
        let order = Self.bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
        var carry = 0
        for index in 0..<32 {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            signature[32 + index] = UInt8(truncatingIfNeeded: sum)
            carry = sum >> 8
        }
        #expect(!verifying.isValid(signature, of: [1, 2, 3]))
    }

    @Test("HMAC-SHA-256: tests 1, 2, 6 and 7 of RFC 4231 §4")
    func hmac() throws {
        let long = [UInt8](repeating: 0xAA, count: 131)
        let vectors: [([UInt8], String, String)] = [
            (
                [UInt8](repeating: 0x0B, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                long, "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            (
                long,
                "This is a test using a larger than block-size key and a larger than block-size data. The key needs to"
                    + " be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
            ),
        ]
        for (secret, message, signature) in vectors {
            let key = try #require(CryptoKey.hmacSHA256(secret: secret))
            #expect(key.sign(Array(message.utf8)) == Self.bytes(signature))
            #expect(key.verify(Self.bytes(signature), of: Array(message.utf8)))
        }
    }

    @Test("any changed bit, a shorter or longer signature, another payload or another key: not valid")
    func damaged() throws {
        let folder = try TemporaryFolder()
        let payload = Array(#"{"requestId":"a"}"#.utf8)
        let pairs = try [
            (
                SigningKey(contentsOf: folder.write("private.pem", TestKeys.privatePEM)),
                VerifyingKey.ed25519(publicKeyFile: folder.write("public.pem", TestKeys.publicPEM)),
                VerifyingKey.ed25519(publicKeyFile: folder.write("other.pem", TestKeys.otherPublicPEM))
            ),
            (
                SigningKey(contentsOf: folder.write("secret", TestKeys.secret)),
                VerifyingKey.hmacSHA256(secretFile: folder.path(of: "secret")),
                VerifyingKey.hmacSHA256(secretFile: folder.write("secret2", TestKeys.secret + "!"))
            ),
        ]
        for (signing, verifying, other) in pairs {
            let signature = try signing.signature(of: payload)
            #expect(verifying.isValid(signature, of: payload))
            #expect(!other.isValid(signature, of: payload))
            #expect(!verifying.isValid(signature, of: payload.dropLast()))
            #expect(!verifying.isValid(signature + [0], of: payload))
            #expect(!verifying.isValid([], of: payload))
            for index in signature.indices {
                var damaged = signature
                damaged[index] ^= 1
                #expect(!verifying.isValid(damaged, of: payload))
                #expect(!verifying.isValid(Array(signature.prefix(index)), of: payload))
            }
        }
    }
}
