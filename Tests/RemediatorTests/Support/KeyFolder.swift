import JSON
import Kafka
import Model
import Policy
import Signing
import TestSupport

@testable import Remediator

/// A folder of keys, and the policy that knows them: `soar` and `other` ask, `boss` decides.
final class KeyFolder: Sendable {
    let folder: TemporaryFolder
    /// The policy's file, for whoever starts a service by it.
    let policyFile: TemporaryFile

    init() throws {
        folder = try TemporaryFolder()
        policyFile = try TemporaryFile("")
        try folder.write("soar.pem", TestKeys.privatePEM)
        try folder.write("soar.pub", TestKeys.publicPEM)
        try folder.write("other.pem", TestKeys.otherPrivatePEM)
        try folder.write("other.pub", TestKeys.otherPublicPEM)
        try folder.write("boss.key", TestKeys.secret)
    }

    /// Puts a policy into the file.
    func publish(_ policy: String) throws -> TemporaryFile {
        try policyFile.replace(with: policy)
        return policyFile
    }

    /// A policy that knows the keys.
    func policy(mode: String = "enforce", soar: String = "", without: String? = nil, more: String = "") -> String {
        let keys = [
            ("soar", "ed25519", "soar.pub", "requests", soar), ("other", "ed25519", "other.pub", "requests", ""),
            ("boss", "hmac-sha256", "boss.key", "decisions", ""),
        ]
        let lines = keys.filter { $0.0 != without }.map { id, algorithm, file, uses, more in
            "  - {id: \(id), algorithm: \(algorithm), file: \(folder.path(of: file)), uses: [\(uses)]\(more)}"
        }
        return (["mode: \(mode)", "rules: []", "keys:"] + lines + [more]).joined(separator: "\n") + "\n"
    }

    func signer(_ id: String) throws -> RecordSigner {
        let file = id == "boss" ? "boss.key" : "\(id).pem"
        return RecordSigner(keyID: id, key: try SigningKey(contentsOf: folder.path(of: file)))
    }

    func headers(_ payload: String, by id: String = "soar") throws -> [KafkaHeader] {
        try signer(id).headers(for: Array(payload.utf8)).map { KafkaHeader(name: $0.name, value: Array($0.value.utf8)) }
    }

    /// What the policy's keys are in the files.
    func ring() throws -> KeyRing {
        let policy = try ResponsePolicy(yaml: Array(policy().utf8), file: "policy.yaml")
        return try KeyRing(of: policy, file: "policy.yaml")
    }

    /// A request that may be signed.
    static func body(
        _ id: String, notAfter: Timestamp = .now() + .seconds(600), action: String = "KILL_PROCESS", more: String = ""
    ) -> String {
        GuardrailTests.body(id, action: action, more: #","notAfter":"\#(notAfter.rfc3339)""# + more)
    }
}

extension SigningSettings {
    /// Signatures are required, and the planner has the key `soar`.
    static func required(_ keys: KeyFolder) -> SigningSettings {
        var settings = SigningSettings()
        settings.requirement = .required
        settings.own = OwnKey(id: "soar", file: keys.folder.path(of: "soar.pem"))
        return settings
    }
}
