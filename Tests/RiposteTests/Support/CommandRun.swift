import Kafka
import Pipeline
import Runtime
import Synchronization
import TestSupport

@testable import Riposte

/// A run of the command line inside the test, with what it printed.
final class CommandRun: Sendable {
    private let printed = Mutex("")
    private let complained = Mutex("")
    let environment: [String: String]

    init(environment: [String: String] = [:]) {
        self.environment = environment
    }

    /// On a deployment of its own.
    convenience init(_ deployment: Deployment) {
        self.init(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": deployment.settings.kafka.bootstrapServers,
            "TOPIC_PREFIX": deployment.settings.prefix, "TOPICS_CHECK": "off", "USER": "mallory",
        ])
    }

    var output: String { printed.withLock { $0 } }
    var errors: String { complained.withLock { $0 } }
    var lines: [Substring] { output.split(separator: "\n") }

    var context: CommandContext {
        CommandContext(
            output: TextOutput { bytes in
                self.printed.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
                return true
            },
            errors: TextOutput { bytes in
                self.complained.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
                return true
            }, logger: Logger(label: "riposte", sink: .none), environment: environment)
    }

    /// Runs the program with these arguments.
    func run(_ arguments: String...) async -> ExitCode {
        await Riposte.program.run(arguments, context)
    }
}
