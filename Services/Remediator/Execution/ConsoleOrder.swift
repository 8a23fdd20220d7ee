import Cybereason
import Model

/// What one attempt hands to the console: a remediation, or the command for isolation.
enum ConsoleOrder: Sendable, Equatable {
    case remediation(RemediationOrder)
    case isolation(IsolationOrder)

    /// What a request asks for.
    ///
    /// - Throws: `NotSent` where it cannot be put into words for the console right now.
    init(
        _ request: RemediationRequest, initiator: String, machines: [String: MachineReading]
    ) throws(NotSent) {
        guard request.isIsolation else {
            self = .remediation(RemediationOrder(request, initiator: initiator))
            return
        }
        guard let order = IsolationOrder(request, machines: machines) else {
            throw NotSent(.heldBack, "the sensors of the machines are not known any more", retryAfter: nil)
        }
        self = .isolation(order)
    }
}

/// How an attempt came out.
enum ConsoleOutcome: Sendable, Equatable {
    case remediation(RemediationOutcome)
    case isolation(IsolationOutcome, of: IsolationOrder)

    /// An attempt that was not sent, whatever it was.
    static func unsent(_ reason: NotSent) -> ConsoleOutcome { .remediation(.notSent(reason)) }
}

extension ResponseConsole {
    /// Has an order carried out, at most once.
    func send(
        _ order: ConsoleOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> ConsoleOutcome {
        switch order {
        case .remediation(let order): .remediation(await send(order, until: deadline, gate: gate))
        case .isolation(let order): .isolation(await send(order, until: deadline, gate: gate), of: order)
        }
    }
}
