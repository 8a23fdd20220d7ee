import Signing
import Testing

@Suite("What is wrong with a key")
struct SigningErrorTests {
    @Test("an error is its words")
    func words() { #expect("\(SigningError("key.pem: no key in it"))" == "key.pem: no key in it") }
}
