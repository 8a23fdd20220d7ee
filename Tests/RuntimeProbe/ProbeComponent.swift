import Glibc
import Runtime

/// A component that logs what is done to it, and does it badly where asked.
struct ProbeComponent: Component {
    let name: String
    let behaviour: ProbeBehaviour
    let logger: Logger

    private struct Misbehaviour: Error {}

    func start() async throws {
        logger.info("starting", [.component: .string(name)])
        switch behaviour {
        case .failStart: throw Misbehaviour()
        case .unavailable: throw DependencyUnavailable("kafka", reason: "no broker answers")
        case .hangStart: await Self.hang()
        case .waitInStart: try await Task.sleep(for: .seconds(3600))
        default: break
        }
        logger.info("started", [.component: .string(name)])
    }

    func run() async throws {
        switch behaviour {
        case .endRun: return
        case .failRun: throw Misbehaviour()
        case .hangRun: await Self.hang()
        case .stallInDeed: try await DeadMansTimer.run(within: .milliseconds(200)) { raise(SIGSTOP) }
        default: break
        }
        try? await Task.sleep(for: .seconds(3600))
        if behaviour == .failLate { throw Misbehaviour() }
    }

    func stop() async {
        logger.info("stopping", [.component: .string(name)])
        if behaviour == .hangStop || behaviour == .waitInStop { await Self.hang() }
        logger.info("stopped", [.component: .string(name)])
    }

    /// Never returns, and heeds no cancellation.
    private static func hang() async {
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
    }
}
