internal import Model

/// What a sandbox that stays says of its use: lines that a person copies as they are.
struct SandboxInvitation: Sendable {
    /// Where the addresses are, seen from the directory that the sandbox was started in.
    static let environmentFile = ".sandbox/env"

    let directory: String
    let executable: String
    let bootstrapServers: String
    let requests: String
    let results: String
    let consoleURL: String
    let logs: String

    /// Something of the scenario that nobody has asked for yet; nil if all of it is taken.
    let target: ActionTarget?
    let names: NameBook

    var text: String {
        """

        The sandbox stays until Ctrl-C. In another terminal:

          set -a; . \(directory)/\(Self.environmentFile); set +a
        \(asking)  \(executable) watch --from-start    # until Ctrl-C
          \(executable) halt --reason "trying it"
          \(executable) resume --reason "tried it"

        Its logs are in \(logs), the console's journal is at
        \(consoleURL)/_simulator/journal
        \(aside)
        """
    }

    private var asking: String {
        guard let target else { return "" }
        let action = "\(target.actionType):\(target.targetId)"
        // With '=', since the ids of machines may begin with a hyphen.
        return """
              # \(PlainText.line(names.words(target)))
              \(executable) request --machine=\(target.machineId) --action=\(action) --wait

            """
    }

    private var aside: String {
        guard let target else { return "" }
        let action = #"{"targetId":"\#(target.targetId)","actionType":"\#(target.actionType)"}"#
        return """

            Any other Kafka client will do as well; with kcat, if you have it:

              echo '{"actionsByMachine":{"\(target.machineId)":[\(action)]}}' \\
                | kcat -b \(bootstrapServers) -t \(requests) -P
              kcat -b \(bootstrapServers) -t \(results) -C -f '%k %s\\n'

            """
    }
}
