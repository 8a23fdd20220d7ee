internal import Cybereason

/// What the tracker needs of a console.
protocol RemediationConsole: Sendable {
    /// What a remediation has come to; nil if the console does not know it.
    func progress(of request: TrackedRequest) async throws(ConsoleError) -> RemediationReport?

    /// Asks to stop what of a remediation is pending.
    func abort(_ request: TrackedRequest) async -> RemediationOutcome
}

/// The console itself.
struct CybereasonConsole: RemediationConsole {
    let client: ConsoleClient

    /// Who ordered the remediations: the address of a report has the name in it.
    let user: String

    init(client: ConsoleClient) {
        self.client = client
        user = client.settings.credentials.username
    }

    func progress(of request: TrackedRequest) async throws(ConsoleError) -> RemediationReport? {
        do throws(ConsoleError) {
            return try await client.progress(
                user: user, malopID: request.malopId, remediationID: request.remediationId)
        } catch {
            // The console did answer, and has nothing to tell about it.
            guard error.kind == .rejected || error.kind == .invalidArgument else { throw error }
            return nil
        }
    }

    func abort(_ request: TrackedRequest) async -> RemediationOutcome {
        await client.abort(malopID: request.malopId, remediationID: request.remediationId)
    }
}
