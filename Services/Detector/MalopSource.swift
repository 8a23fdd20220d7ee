internal import Cybereason

/// Where failed protections come from: a console, or a test.
protocol MalopSource: Sendable {
    /// The malops whose automatic protection failed, as far as the source would tell.
    func failedProtections() async throws(ConsoleError) -> FailedProtectionAnswer

    /// One malop's machines and suspects.
    func details(of malopID: String) async throws(ConsoleError) -> MalopDetails
}

/// The console.
struct ConsoleMalopSource: MalopSource {
    let client: ConsoleClient

    /// The vendor's documented query. It has no time range, and what the console does with one is not documented, so
    /// the malops' own times decide what is too old.
    func failedProtections() async throws(ConsoleError) -> FailedProtectionAnswer {
        try await client.failedProtections(FailedProtectionQuery())
    }

    func details(of malopID: String) async throws(ConsoleError) -> MalopDetails {
        try await client.malopDetails(malopID)
    }
}
