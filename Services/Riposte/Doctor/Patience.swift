/// Something took longer than anybody should wait for it.
struct TookTooLong: Error, CustomStringConvertible {
    let limit: Duration
    let hint: String
    var description: String { "no answer within \(limit.components.seconds) s: \(hint)" }
}

/// Runs `body`, and cancels it when it takes too long: who may not read a topic waits for ever, as for a broker that is away.
func within<Value: Sendable>(
    _ limit: Duration, orElse hint: String, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TookTooLong(limit: limit, hint: hint)
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}
