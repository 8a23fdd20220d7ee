import Model
import Policy

/// A policy and what is asked of it, with the little that a test is about.
struct Asking {
    static let web = "214.4712067068585916413"
    /// The same machine in the other spelling.
    static let webAgain = "AAAA1kFkoAiE4Tf9"
    static let mail = "214.1"

    var policy = ResponsePolicy(mode: .enforce, rules: [])
    var machines: [String: MachineFacts] = [
        web: MachineFacts(guid: web, name: "WEB-1", os: "WINDOWS", labels: ["dmz"]),
        mail: MachineFacts(guid: mail, name: "mail-1", os: "LINUX", labels: []),
    ]
    var asked = AskedResponse(targets: [Self.kill("1.1", on: web)])

    var judgement: GuardrailJudgement { policy.judge(asked, machines: machines) }

    static func kill(_ target: String, on machine: String) -> ActionTarget {
        ActionTarget(machineId: machine, targetId: target, actionType: .killProcess)
    }

    static func quarantine(_ target: String, on machine: String) -> ActionTarget {
        ActionTarget(machineId: machine, targetId: target, actionType: .quarantineFile)
    }
}
