import FoundationEssentials
import Glibc

/// A Cybereason console and a threat-intelligence server for trying and testing Riposte.
///
/// It shares no code with the client: what one side misunderstood, the other shall not hide. The scenario file says what
/// there is to see, how everything behaves, and how both servers settle what is not publicly known of the real ones;
/// `Scenarios/README.md` describes it. While it runs, tests steer it below `/_simulator`:
///
/// - `GET /_simulator/journal`: every accepted request with a side effect, newest last;
/// - `PUT`, `GET` and `DELETE /_simulator/faults`: what shall go wrong, and how often it did;
/// - `POST /_simulator/clock`: moves the simulated time, which is the real time and an offset;
/// - `POST /_simulator/scenario`: adds machines, malops, reputations, events;
/// - `GET` and `DELETE /_simulator/requests`: requests by route; `DELETE /_simulator/sessions`: logs everyone out.
@main
struct Simulator {
    static func main() {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            let options = try SimulatorOptions(
                arguments: arguments, environment: ProcessInfo.processInfo.environment)
            if options.wantsHelp {
                print(SimulatorOptions.usage, terminator: "")
                return
            }
            if options.checksHealth { exit(HealthProbe.isAlive(port: options.ports.console) ? 0 : 1) }
            try run(options)
        } catch let error as SimulatorOptions.Wrong {
            fail("\(error.note)\n\n\(SimulatorOptions.usage)", code: 64)
        } catch {
            fail("\(error)\n", code: 78)
        }
    }

    /// Serves until SIGINT or SIGTERM. The signals are blocked before any thread starts and taken here, on the main
    /// thread, which nothing else needs.
    private static func run(_ options: SimulatorOptions) throws {
        // A shell that isn't interactive passes SIGINT on ignored, and what is ignored can't be waited for.
        Glibc.signal(SIGINT, SIG_DFL)
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let server = try SimulatorServer(scenario: Scenario.read(file: options.scenario), ports: options.ports)
        try server.start()
        announce(server)
        var signal: Int32 = 0
        sigwait(&signals, &signal)
        Task.detached {
            await server.stop()
            exit(0)
        }
        sigwait(&signals, &signal)
        exit(128 + signal)
    }

    /// One line for whoever started it, with the ports that the system chose.
    private static func announce(_ server: SimulatorServer) {
        let line: Document = [
            "level": "info", "message": "simulator is listening", "console": .string(server.consoleURL),
            "threatIntelligence": .string(server.threatIntelligenceURL),
        ]
        write(line.json + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
    }

    private static func fail(_ text: String, code: Int32) -> Never {
        write(Array("simulator: \(text)".utf8), to: STDERR_FILENO)
        exit(code)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
