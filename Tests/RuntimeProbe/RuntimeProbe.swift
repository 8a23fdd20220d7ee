import Glibc
import Runtime

/// A small executable that the tests of `Runtime` start, to see how real processes begin and end.
///
/// With `PROBE_KIND=service` it is a service whose components misbehave as `PROBE_BEHAVIOUR` says, else a command line.
@main
struct RuntimeProbe {
    static func main() {
        if getenv("PROBE_KIND").map({ String(cString: $0) }) == "service" { service() }
        CommandProgram(name: "probe", summary: "Is started by tests.", commands: ProbeCommands.all).main()
    }

    private static func service() -> Never {
        let deadline = getenv("PROBE_DEADLINE_MS").flatMap { Int(String(cString: $0)) } ?? 25_000
        ServiceProgram.main(
            name: "probe", summary: "Is started by tests.", configuration: ProbeConfiguration.self,
            deadline: .milliseconds(deadline)
        ) { configuration, context in
            if configuration.behaviour == .stuck { context.liveness.check("loop") { "it does not go round" } }
            return ["first", "second", "third"].map { name in
                ProbeComponent(
                    name: name, behaviour: name == configuration.component ? configuration.behaviour : .well,
                    logger: context.logger)
            }
        }
    }
}

/// How a component misbehaves.
enum ProbeBehaviour: String, CaseIterable, Sendable {
    case well, stuck
    case failStart = "fail-start"
    case unavailable
    case hangStart = "hang-start"
    case waitInStart = "wait-in-start"
    case endRun = "end-run"
    case failRun = "fail-run"
    case failLate = "fail-late"
    case hangStop = "hang-stop"
    case waitInStop = "wait-in-stop"
    case hangRun = "hang-run"
    case stallInDeed = "stall-in-deed"
}

struct ProbeConfiguration: ServiceConfiguration {
    let behaviour: ProbeBehaviour
    let component: String
    let token: Secret?

    init(reading reader: inout ConfigurationReader) {
        _ = reader.string("PROBE_KIND", "What the probe is", default: "service")
        _ = reader.duration(
            "PROBE_DEADLINE_MS", "How long stopping may take", in: .zero ... .seconds(60), default: .seconds(25))
        behaviour = reader.choice("PROBE_BEHAVIOUR", "How a component misbehaves", default: .well)
        component = reader.string("PROBE_COMPONENT", "Which component does", default: "second")
        token = reader.optional("PROBE_TOKEN", "A secret of no use", .secret)
    }
}
