import Glibc
import Runtime

/// Commands that show what a process is given, and how it takes signals.
enum ProbeCommands {
    static let all = [wait, ignore, fail, flood, parent, show, stall]

    private static let stall = Command(
        "stall", summary: "Does something that must not take long, and stops in the middle.",
        options: [.flag("briefly", help: "Does not stop.")]
    ) { arguments, context in
        let isBrief = arguments.flag("briefly")
        try await DeadMansTimer.run(within: isBrief ? .seconds(60) : .milliseconds(200)) {
            if !isBrief { raise(SIGSTOP) }
        }
        context.output.line("went on")
        return .done
    }

    private static let wait = Command("wait", summary: "Waits until it is told to end.") { _, context in
        context.output.line("waiting")
        try await Task.sleep(for: .seconds(3600))
        return .done
    }

    private static let ignore = Command("ignore", summary: "Does not heed the first signal.") { _, context in
        context.output.line("waiting")
        try? await Task.sleep(for: .seconds(3600))
        context.output.line("cancelled")
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        return .done
    }

    private static let fail = Command(
        "fail", summary: "Fails.", arguments: [.required("how")]
    ) { arguments, context in
        switch arguments.positional[0] {
        case "configuration": throw ConfigurationError(problems: ["KEY: is wrong"])
        case "unavailable": throw DependencyUnavailable("kafka", reason: "no broker answers")
        case "usage": throw UsageError("that makes no sense")
        default: return .failed
        }
    }

    private static let flood = Command("flood", summary: "Prints until nobody reads.") { _, context in
        while !Task.isCancelled {
            context.output.line(String(repeating: "x", count: 1000))
            await Task.yield()
        }
        throw CancellationError()
    }

    private static let parent = Command(
        "parent", summary: "Starts a child that would live on.", options: [.flag("alone", help: "Without a wrapper.")]
    ) { arguments, context in
        let child = try await ChildProcess.start(
            ChildProcess.Configuration(
                executable: "/bin/sleep", arguments: ["3600"], environment: [:],
                wrapper: arguments.flag("alone") ? nil : ChildProcess.Configuration.thisExecutable))
        context.output.line("child \(child.processID)")
        _ = await child.status()
        return .failed
    }

    private static let show = Command("show", summary: "Prints the environment.") { arguments, context in
        for (key, value) in context.environment.sorted(by: { $0.key < $1.key }) {
            context.output.line("\(key)=\(value)")
        }
        return .done
    }
}
