internal import Runtime

/// The command line: publishes requests, follows results, halts and resumes, and shows everything at work in a sandbox.
@main
struct Riposte {
    static func main() {
        program.main()
    }

    /// Every command that there is.
    static let program = CommandProgram(
        name: "riposte", summary: "Directs and watches the responses to detections that protection failed to stop.",
        commands: [
            SandboxCommand.command, RequestCommand.command, WatchCommand.command, ControlCommands.halt,
            ControlCommands.resume, ApprovalCommands.approve, ApprovalCommands.deny, ResolveCommand.command,
            UndoCommand.command, DeadLetterCommands.list, DeadLetterCommands.show, ReplayCommand.command,
            TopicsCommands.apply, TopicsCommands.check, AccessCommand.command, PolicyCommands.check,
            PolicyTestCommand.command,
            DoctorCommand.command,
        ])
}
