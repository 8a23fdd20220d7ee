internal import Glibc
internal import JSON
internal import Runtime

/// A service or the simulator as a child of this process, which writes what it says to a file.
final class SandboxChild: Sendable {
    let name: String
    private let process: ChildProcess
    private let lines: AsyncStream<String>
    private let writing: Task<Void, Never>

    /// Starts it; it dies with this process, however that ends.
    init(
        _ name: String, executable: String, arguments: [String] = [], environment: [String: String], log: String
    ) async throws {
        self.name = name
        let file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SandboxError("\(log) cannot be written: \(String(cString: strerror(errno)))") }
        do {
            process = try await ChildProcess.start(
                .init(executable: executable, arguments: arguments, environment: environment))
        } catch {
            close(file)
            throw error
        }
        // Only what is said at the start is listened to; the rest is for the file alone.
        let (lines, said) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1000))
        self.lines = lines
        let printed = process.lines
        writing = Task {
            let sink = LogSink.descriptor(file)
            for await line in printed {
                sink.write(Array((line.text + "\n").utf8))
                said.yield(line.text)
            }
            said.finish()
            close(file)
        }
    }

    /// The first thing that `read` finds in a line of it.
    ///
    /// - Throws: `SandboxError` if it ends before.
    func announcement<Found: Sendable>(_ read: (JSONValue) -> Found?) async throws -> Found {
        for await line in lines {
            let found: Found?? = try? withJSON(Array(line.utf8), limits: .event) { (value) throws(JSONError) in
                read(value)
            }
            if let found, let found { return found }
        }
        try Task.checkCancellation()
        throw SandboxError("\(name) \(await ending()) before it was ready")
    }

    /// Whether it is over.
    var hasEnded: Bool { process.currentStatus != nil }

    /// How it ended, in words, as soon as it has.
    func ending() async -> String {
        switch await process.status() {
        case .exited(let code): "ended with code \(code)"
        case .signalled(let signal): "was ended by signal \(signal)"
        }
    }

    /// Asks it to end, and waits for that; nil if it ended well.
    func stop(grace: Duration) async -> String? {
        let status = await process.terminate(grace: grace)
        await writing.value
        return status == .exited(0) ? nil : "\(name) \(await ending())"
    }
}
