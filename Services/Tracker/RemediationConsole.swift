internal import Cybereason

/// What the console calls a remediation.
struct ConsoleRemediation: Sendable, Hashable {
    let id: String

    /// Nil where it belongs to none.
    let malopId: String?

    init(id: String, malopId: String?) {
        self.id = id
        self.malopId = malopId.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// What the tracker needs of a console.
protocol RemediationConsole: Sendable {
    /// The console's time less this host's, by its latest answer; nil before the first one.
    var clockDifference: Duration? { get }

    /// What a remediation has come to; nil if the console does not know it.
    func progress(of remediation: ConsoleRemediation) async throws(ConsoleError) -> RemediationReport?

    /// Asks to stop what of a remediation is pending.
    func abort(_ remediation: ConsoleRemediation) async -> RemediationOutcome

    /// How processes are now, by a new query.
    func processes(_ guids: [String]) async throws(ConsoleError) -> ElementStates<ProcessState>

    /// How files are now, by a new query.
    func files(_ guids: [String]) async throws(ConsoleError) -> ElementStates<FileState>

    /// How machines are now, by a new query.
    func machines(_ guids: [String]) async throws(ConsoleError) -> ElementStates<MachineState>

    /// The copies that the quarantine of these files has left.
    func quarantinedCopies(of files: [String]) async throws(ConsoleError) -> [String: QuarantineSearch]
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

    var clockDifference: Duration? { client.clock.reading?.difference }

    func progress(of remediation: ConsoleRemediation) async throws(ConsoleError) -> RemediationReport? {
        do throws(ConsoleError) {
            return try await client.progress(
                user: user, malopID: remediation.malopId, remediationID: remediation.id)
        } catch {
            // The console did answer, and has nothing to tell about it.
            guard error.kind == .rejected || error.kind == .invalidArgument else { throw error }
            return nil
        }
    }

    func abort(_ remediation: ConsoleRemediation) async -> RemediationOutcome {
        await client.abort(malopID: remediation.malopId, remediationID: remediation.id)
    }

    func processes(_ guids: [String]) async throws(ConsoleError) -> ElementStates<ProcessState> {
        try await client.processStates(guids)
    }

    func files(_ guids: [String]) async throws(ConsoleError) -> ElementStates<FileState> {
        try await client.fileStates(guids)
    }

    func machines(_ guids: [String]) async throws(ConsoleError) -> ElementStates<MachineState> {
        try await client.machineStates(guids)
    }

    func quarantinedCopies(of files: [String]) async throws(ConsoleError) -> [String: QuarantineSearch] {
        try await client.quarantinedCopies(ofFiles: files)
    }
}
