import HTTPClient
import HTTPServer
import Synchronization

@testable import Cybereason

/// Runs a test with a scripted console and a client of it, and stops both.
func withConsole(
    _ change: (inout ConsoleSettings) -> Void = { _ in }, observer: ConsoleObserver = ConsoleObserver(),
    _ test: (ScriptedConsole, ConsoleClient) async throws -> Void
) async throws {
    let console = try ScriptedConsole()
    let http = try HTTPClient(HTTPClientConfiguration())
    var settings = try ConsoleSettings(
        baseURL: console.url, credentials: Credentials(username: "admin@myserver.com", password: Secret("p&ss wörd")))
    settings.resilience.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(5))
    settings.session.shortBackoff = Backoff(base: .milliseconds(1), cap: .milliseconds(5))
    change(&settings)
    let result: Result<Void, any Error>
    do {
        try await test(console, ConsoleClient(settings, http: http, observer: observer))
        result = .success(())
    } catch {
        result = .failure(error)
    }
    await http.shutdown()
    await console.stop()
    try result.get()
}

/// Collects values from other threads.
final class Collected<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    var all: [Value] { values.withLock { $0 } }
    func add(_ value: Value) { values.withLock { $0.append(value) } }
}

/// The error that a call throws, or nil.
func consoleError(_ call: () async throws(ConsoleError) -> Void) async -> ConsoleError? {
    do {
        try await call()
        return nil
    } catch {
        return error
    }
}

/// JSON without the white space between its tokens.
func compact(_ json: String) -> String {
    var result = ""
    var inString = false
    var escaped = false
    for character in json {
        if inString {
            if escaped {
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else if character == "\"" {
                inString = false
            }
        } else if character.isWhitespace {
            continue
        } else if character == "\"" {
            inString = true
        }
        result.append(character)
    }
    return result
}
