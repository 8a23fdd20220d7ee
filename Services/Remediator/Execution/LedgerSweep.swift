import Kafka
import Model
import Pipeline
import Runtime

/// Has the ledger forget what ended long ago, so that it does not grow for ever: each request by the instance that acts
/// on it.
struct LedgerSweep: Component {
    let name = "ledger sweep"
    let ledger: LedgerLog
    let ownership: Ownership
    /// How long after the last that was said of it an ended request is remembered.
    let memory: Duration
    let logger: Logger
    let forgotten: Counter

    /// Requests whose tombstones are written at once.
    private static let batch = 200

    init(ledger: LedgerLog, ownership: Ownership, memory: Duration, logger: Logger, metrics: Metrics) {
        self.ledger = ledger
        self.ownership = ownership
        self.memory = memory
        self.logger = logger
        forgotten = metrics.counter(
            "remediation_requests_forgotten_total", help: "Ended requests whose facts were removed from the ledger.")
    }

    /// How often it is looked for: a small part of the memory.
    private var interval: Duration { min(max(memory / 100, .milliseconds(100)), .seconds(3600)) }

    func run() async throws {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            await sweep()
        }
    }

    private func sweep() async {
        var rest = ledger.forgettable(after: memory).filter { ownership.owns($0) }[...]
        while !rest.isEmpty, !Task.isCancelled {
            let some = Array(rest.prefix(Self.batch))
            rest = rest.dropFirst(Self.batch)
            do {
                try await ledger.forget(some, after: memory)
                forgotten.add(some.count)
                logger.info("ended requests are forgotten", [.count: .int(some.count)])
            } catch {
                // What is left is found by the next sweep, whoever's it is.
                return logger.error("ended requests cannot be forgotten", [.error: .string(error.description)])
            }
        }
    }
}
