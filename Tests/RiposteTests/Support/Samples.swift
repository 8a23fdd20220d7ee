import JSON
import Model

@testable import Riposte

enum Sample {
    static let machine = "-1632138521.1198775089551518743"
    static let file = "-1632138521.-4417739201557820931"
    static let process = "-1632138521.5093316271180427766"
    static let malop = "AAAA1kFkoAiE4Tf9"
    static let kill = ActionTarget(machineId: machine, targetId: process, actionType: .killProcess)
    static let quarantine = ActionTarget(machineId: machine, targetId: file, actionType: .quarantineFile)
    static let time = Timestamp(milliseconds: 1_795_341_600_000)

    static var names: NameBook {
        var names = NameBook()
        names.learn(machine, "FIN-WS-014")
        names.learn(file, "inv_2291.exe")
        names.learn(process, "inv_2291.exe")
        names.learn(malop, "inv_2291.exe")
        return names
    }

    static func result(
        _ state: RequestState, version: Int64, id: String = "r-1", reason: Reason? = nil,
        actions: [(ActionTarget, ActionState)] = [(kill, .pending)]
    ) -> RemediationResult {
        var result = RemediationResult()
        result.requestId = id
        result.version = version
        result.state = state
        result.reason = reason
        result.actions = actions.map { ActionResult($0.0, state: $0.1) }
        result.malopId = malop
        result.updatedAt = time + .milliseconds(version)
        return result
    }
}
