import TestSupport

@testable import Runtime

/// Asks a health server on a thread of its own, since the probe's socket blocks.
enum HealthClient {
    static func get(_ path: String, port: UInt16) async throws -> (status: Int, body: String) {
        let result = await withCheckedContinuation { continuation in
            DetachedThread.start("health-client") {
                continuation.resume(returning: HealthProbe.get(port: port, path: path).mapError { $0 })
            }
        }
        let answer = try result.get()
        let words = answer.prefix { !$0.isNewline }.split(separator: " ")
        let body = answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
        return (Int(words.dropFirst().first ?? "") ?? 0, body)
    }
}
