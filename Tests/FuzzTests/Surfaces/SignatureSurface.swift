import FoundationEssentials
import Kafka
import Model
import Policy
import Signing
import TestSupport

@testable import Pipeline
@testable import Remediator

/// Requests where a signature is required: what is not, byte for byte, what the key's owner has signed is refused.
enum SignatureSurface {
    private static let keyID = "soar"

    static func make() throws -> Surface {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-\(UUID().uuidString).key").path
        guard FileManager.default.createFile(atPath: file, contents: Data(TestKeys.secret.utf8)) else {
            throw Violation("\(file) cannot be written")
        }
        defer { try? FileManager.default.removeItem(atPath: file) }
        let yaml = """
            mode: enforce
            rules: []
            keys:
              - {id: \(keyID), algorithm: hmac-sha256, file: \(file), uses: [requests]}

            """
        let ring = try KeyRing(of: ResponsePolicy(yaml: Array(yaml.utf8), file: "policy"), file: "policy")
        let signer = RecordSigner(keyID: keyID, key: try SigningKey(contentsOf: file))
        let bodies = Records.samples("remediation-request")
        return Surface("signatures", seeds: try bodies.map { try seed($0, signer) }) { input in
            let record = Records.record(input)
            do {
                let check = SignatureCheck(requirement: .required) { ring }
                guard let id = try check.keyID(of: record, for: .request) else { return .refused("nothing is signed") }
                try require(id == keyID, "signed by '\(id)'")
                try require(bodies.contains { $0 == record.value }, "taken for signed, and never was")
                return .understood
            } catch let fault as Unusable {
                try Records.buried(record, fault)
                return .refused(fault.description)
            }
        }
    }

    private static func seed(_ body: [UInt8], _ signer: RecordSigner) throws -> FuzzInput {
        let headers = try signer.headers(for: body).map { "\($0.name):\($0.value)" }.joined(separator: "\n")
        return FuzzInput([body, nil, Array(headers.utf8), Array("1795341600123".utf8)])
    }
}
