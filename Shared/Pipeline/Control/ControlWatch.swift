internal import JSON
public import Kafka
public import Model
public import Runtime
internal import Synchronization

/// The operators' halt switch, as far as this instance can vouch for it.
///
/// It fails closed: an empty topic means halted, and so does one that cannot be read up to an end that was asked for
/// within the last ``freshness``.
public final class ControlWatch: Sendable {
    /// Whether anything may be sent.
    public enum Signal: Sendable, Hashable {
        /// An operator has allowed remediation, and nobody has halted it since.
        case clear

        /// Nothing may be sent, and who said so and why.
        case halted(by: String, reason: String?)

        /// Nothing may be sent, because the switch cannot be read right now.
        case unknown
    }

    /// How old what was read may be.
    public static let freshness = Duration.seconds(5)

    private let follower: KafkaFollower
    private let deadLetters: DeadLetterOffice
    private let logger: Logger
    private let halt = Mutex<ControlSwitch?>(nil)

    /// A watch that knows nothing before ``run()``. The metric `halted` shows its signal, and `halt_switch_known` whether
    /// that is an operator's word.
    ///
    /// - Parameter follower: Of the control topic; the watch runs and stops it.
    public init(follower: KafkaFollower, deadLetters: DeadLetterOffice, logger: Logger, metrics: Metrics) {
        self.follower = follower
        self.deadLetters = deadLetters
        self.logger = logger
        metrics.reading("halted", help: "1 while nothing may be sent: halted, or the switch cannot be read.") {
            [self] in
            signal == .clear ? 0 : 1
        }
        metrics.reading("halt_switch_known", help: "1 while the halt switch can be read, else 0.") { [self] in
            signal == .unknown ? 0 : 1
        }
    }

    /// What holds at this moment. From any thread, without waiting.
    public var signal: Signal {
        guard follower.isFresh(within: Self.freshness) else { return .unknown }
        guard let halt = halt.withLock({ $0 }) else {
            return .halted(by: "nobody", reason: "no operator has ever allowed remediation: riposte resume")
        }
        return halt.on ? .halted(by: halt.setBy, reason: halt.reason) : .clear
    }

    /// Follows the topic until ``stop()``.
    ///
    /// - Throws: `KafkaError` after a fatal error. Never for a connection that failed: then the signal is `unknown`.
    public func run() async throws {
        try await follower.run { records in
            for record in records { self.take(record) }
        }
    }

    /// Returns when the switch has been read once, and logs how it stands.
    ///
    /// - Throws: `KafkaError` with `.closed` when the watch ends before; `CancellationError`.
    public func caughtUp() async throws {
        try await follower.caughtUp()
        report(halt.withLock { $0 })
    }

    /// Ends ``run()``.
    public func stop() async { await follower.stopWithService() }

    /// What a record says of the switch.
    public enum Word: Sendable, Equatable {
        /// Nothing: a record that never was the switch's is taken back.
        case nothing

        /// Who removes the switch has not allowed anything.
        case removed

        /// This is how it stands.
        case set(ControlSwitch)
    }

    /// Reads a record of the control topic.
    ///
    /// - Throws: ``Unusable`` for what may have been meant as a halt, and counts as one.
    public static func word(of record: KafkaRecord) throws(Unusable) -> Word {
        guard record.keyText == ControlSwitch.halt else {
            // Whoever wrote `HALT` meant it. Taking such a record back says nothing.
            guard record.value != nil else { return .nothing }
            throw Unusable(.wrongSchema, "the key is not '\(ControlSwitch.halt)', the only switch")
        }
        guard record.value != nil else { return .removed }
        let value = try RecordReader.read(record, as: ControlSwitch.self)
        guard value.name == ControlSwitch.halt else {
            throw Unusable(.wrongSchema, "$.name is not '\(ControlSwitch.halt)', as the key is")
        }
        return .set(value)
    }

    private func take(_ record: KafkaRecord) {
        do throws(Unusable) {
            switch try Self.word(of: record) {
            case .nothing: break
            case .removed: set(nil)
            case .set(let value): set(value)
            }
        } catch {
            refuse(record, error)
        }
    }

    private func set(_ value: ControlSwitch?) {
        halt.withLock { $0 = value }
        // What was set before this process began is told once, by `caughtUp`.
        if follower.isCaughtUp { report(value) }
    }

    private func report(_ value: ControlSwitch?) {
        guard let value else { return logger.warning("remediation is halted: the switch has no value") }
        logger.warning(
            value.on ? "remediation is halted" : "remediation is allowed",
            ["set.by": .string(value.setBy), .reason: .string(value.reason ?? "")])
    }

    /// An operator who wrote what cannot be read may have meant a halt.
    private func refuse(_ record: KafkaRecord, _ fault: Unusable) {
        var unreadable = ControlSwitch()
        unreadable.on = true
        unreadable.setBy = "unreadable record"
        unreadable.reason = fault.description
        set(unreadable)
        guard follower.isCaughtUp else { return }
        deadLetters.buryLater(record, because: fault)
    }
}
