import Kafka
import Model
import Synchronization

/// Strikes at the worst moment: it follows the ledger, and whoever writes the fact that is waited for is struck as soon as
/// that can be read. Moments by chance seldom hit what lies between an intent and its answer.
final class Aim: Sendable {
    private let armed = Mutex<[Strike]>([])
    private let fleet: Fleet

    init(_ fleet: Fleet) { self.fleet = fleet }

    /// Waits for the next fact of its kind; false if there was none in time.
    func strike(_ strike: Strike, within limit: Duration) async -> Bool {
        armed.withLock { $0.append(strike) }
        try? await Task.sleep(for: limit)
        // Whoever is not there any more was used.
        return armed.withLock { armed in
            guard let index = armed.firstIndex(where: { $0.at == strike.at && $0.pick == strike.pick }) else {
                return true
            }
            armed.remove(at: index)
            return false
        }
    }

    /// Takes what the ledger's follower has read. Keys say enough: request id/fact/attempt/writer/hash.
    func take(_ records: [KafkaRecord]) {
        guard armed.withLock({ !$0.isEmpty }) else { return }
        for record in records {
            guard let key = record.key.map({ String(decoding: $0, as: UTF8.self) }) else { continue }
            let parts = key.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count >= 5, let kind = FactKind(rawValue: String(parts[parts.count - 4])) else { continue }
            guard let process = Self.process(ofWriter: parts[parts.count - 2]) else { continue }
            strike(kind, process)
        }
    }

    private func strike(_ kind: FactKind, _ process: Int32) {
        let strike = armed.withLock { armed -> Strike? in
            guard let index = armed.firstIndex(where: { $0.aim == .writer(of: kind) }) else { return nil }
            return armed.remove(at: index)
        }
        guard let strike else { return }
        if !fleet.strike(strike.blow, process: process) { armed.withLock { $0.append(strike) } }
    }

    /// A writer is called `service@host-process-start`.
    private static func process(ofWriter writer: Substring) -> Int32? {
        let parts = writer.split(separator: "-")
        return parts.count >= 3 ? Int32(parts[parts.count - 2]) : nil
    }
}
