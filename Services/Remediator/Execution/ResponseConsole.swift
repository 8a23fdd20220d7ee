import Cybereason

/// What the executor needs of a console.
protocol ResponseConsole: Sendable {
    /// Our account there. It is named as the initiator of whatever we send.
    var user: String { get }

    /// How far the console's clock is ahead of ours; nil before its first answer.
    var clockDifference: Duration? { get }

    /// Whether machines are known and connected.
    func machines(_ ids: [String]) async throws(ConsoleError) -> ElementStates<MachineState>

    /// Has actions carried out, at most once.
    func send(
        _ order: RemediationOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> RemediationOutcome

    /// All remediations of a malop.
    func remediations(of malopID: String) async throws(ConsoleError) -> [RemediationReport]
}

extension ConsoleClient: ResponseConsole {
    /// A hold must be seen soon, so asking does not take as long as the client would try.
    private static let patience = Duration.seconds(20)

    var user: String { settings.credentials.username }
    var clockDifference: Duration? { clock.reading?.difference }

    func machines(_ ids: [String]) async throws(ConsoleError) -> ElementStates<MachineState> {
        try await machineStates(ids, deadline: .now + Self.patience)
    }

    func send(
        _ order: RemediationOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> RemediationOutcome {
        await remediate(order, deadline: deadline, gate: gate)
    }

    func remediations(of malopID: String) async throws(ConsoleError) -> [RemediationReport] {
        try await remediations(ofMalop: malopID, deadline: .now + Self.patience)
    }
}
