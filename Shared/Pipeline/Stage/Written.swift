public import Kafka

/// What became of a write that was tried until Kafka took it: see
/// ``persistently(backoff:failed:_:)``.
public enum Written<Value: Sendable>: Sendable {
    /// Kafka has it.
    case done(Value)

    /// Kafka will never take it as it is, be it tried for ever: too large, or invalid.
    case refused(KafkaError)

    /// It was not written and will not be by this process: the task was cancelled, or the client is closed or beyond
    /// repair. Whoever is given the same record next does the work, so it must not count as done.
    case ended(any Error)

    /// Writes until Kafka takes it. It is tried at least once, also by a task that is cancelled already.
    ///
    /// - Parameters:
    ///   - backoff: The pauses between two tries.
    ///   - failed: Told of each try that is followed by another one, with how many have failed by now.
    ///   - write: One try. An error that is not Kafka's belongs to something that may come back.
    public static func persistently(
        backoff: Backoff = Backoff(), failed: (_ error: any Error, _ failures: Int) -> Void,
        _ write: () async throws -> Value
    ) async -> Written {
        var backoff = backoff
        while true {
            do {
                return .done(try await write())
            } catch {
                switch KafkaError.Outlook(of: error) {
                case .hopeless: return .ended(error)
                case .never: return .refused(error as? KafkaError ?? KafkaError(.invalidRecord))
                // Whatever is thrown in a cancelled task, it is because of that.
                case .later where Task.isCancelled: return .ended(error)
                case .later:
                    failed(error, backoff.failures + 1)
                    try? await Task.sleep(for: backoff.next())
                    guard !Task.isCancelled else { return .ended(error) }
                }
            }
        }
    }
}

extension KafkaError {
    /// What a failure says about trying the same again.
    public enum Outlook: Sendable, Hashable {
        /// The client is closed or beyond repair: it will write nothing any more.
        case hopeless

        /// Kafka does not take this record, today or tomorrow.
        case never

        /// It may go well later, by itself or when an operator has mended something.
        case later

        /// The outlook after any error; one that is not Kafka's belongs to something that may come back.
        public init(of error: any Error) {
            self = (error as? KafkaError)?.outlook ?? .later
        }
    }

    /// What it says about trying the same again.
    public var outlook: Outlook {
        if isFatal || code == .closed || code == .fatal { return .hopeless }
        return Self.refusals.contains(code) ? .never : .later
    }

    private static let refusals: Set<Code> = [.messageTooLarge, .recordListTooLarge, .invalidRecord]
}
