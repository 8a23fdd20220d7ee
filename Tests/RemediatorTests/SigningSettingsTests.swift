import Policy
import Runtime
import TestSupport
import Testing

@testable import Remediator

@Suite("What the settings say of signatures")
struct SigningSettingsTests {
    private let keys: KeyFolder

    init() throws { keys = try KeyFolder() }

    private func mistakes(_ more: [String: String]) -> String {
        do {
            _ = try ConfigurationTests.read(more)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("by default nothing has to be signed, and the planner does not sign")
    func defaults() throws {
        let signing = try ConfigurationTests.read().signing
        #expect(signing.requirement == .off && signing.own == nil)
    }

    @Test("the planner's key and its id go together, and are needed where signatures are")
    func together() throws {
        let file = "REMEDIATOR_SIGNING_KEY_FILE"
        let id = "REMEDIATOR_SIGNING_KEY_ID"
        #expect(mistakes([file: "/key.pem"]).contains("\(id): is not set"))
        #expect(mistakes([id: "planner"]).contains("\(file): is not set"))
        #expect(mistakes(["REMEDIATOR_SIGNATURES": "required"]).contains("the planner has to sign its requests too"))
        #expect(mistakes(["REMEDIATOR_SIGNATURES": "on"]).contains("off, required"))
        let all = try ConfigurationTests.read([
            "REMEDIATOR_SIGNATURES": "required", file: "/key.pem", id: "planner",
        ])
        #expect(all.signing.requirement == .required)
        #expect(all.signing.own?.id == "planner" && all.signing.own?.file == "/key.pem")
    }

    private func objection(_ id: String, _ file: String, _ requirement: SignatureRequirement) throws -> String? {
        var settings = SigningSettings()
        settings.requirement = requirement
        settings.own = .init(id: id, file: keys.folder.path(of: file))
        let ring = try keys.ring()
        do throws(ConfigurationError) {
            _ = try settings.signer(for: ring) { _ in }
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("a key with which the planner's requests would be refused is a mistake at the start")
    func objections() throws {
        #expect(try objection("soar", "soar.pem", .required) == nil)
        #expect(try objection("soar", "other.pem", .off)?.contains("other half") == true)
        #expect(try objection("boss", "boss.key", .required)?.contains("not for requests") == true)
        #expect(try objection("planner", "soar.pem", .required)?.contains("no key 'planner'") == true)
        #expect(try objection("planner", "soar.pem", .off) == nil)
        #expect(try objection("soar", "soar.pub", .off)?.contains("REMEDIATOR_SIGNING_KEY_FILE") == true)
    }
}
