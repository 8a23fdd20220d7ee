/// Something that a test waited for did not come to be.
public struct DidNotHappen: Error, CustomStringConvertible {
    /// What it was.
    public let description: String
}

/// Waits until `condition` holds.
///
/// - Parameters:
///   - what: says in the failure what was waited for.
///   - limit: generous, for it is only spent by a test that fails.
/// - Throws: `DidNotHappen` when it does not hold by then; what `condition` throws.
public func eventually(
    _ what: String, within limit: Duration = .seconds(90), _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw DidNotHappen(description: "not within \(limit): \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
