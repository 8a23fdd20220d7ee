import FoundationEssentials
import Glibc
import Runtime
import Synchronization

/// `riposte sandbox` as a process of its own, with what it prints.
final class SandboxProcess: Sendable {
    let process: ChildProcess
    /// Where it makes its workspace.
    let temporary: String
    private let printed = Mutex("")
    private let reading: Task<Void, Never>

    /// Starts it.
    ///
    /// - Parameter inItsDirectory: with the directory for temporary files as its working directory.
    init(_ arguments: [String] = [], inItsDirectory: Bool = false) async throws {
        temporary = FileManager.default.temporaryDirectory.appendingPathComponent("sandbox-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        let executable = try Self.executable("riposte")
        let shell = ["-c", #"cd "$1"; shift; exec "$@""#, "sh", temporary, executable, "sandbox"]
        process = try await ChildProcess.start(
            .init(
                executable: inItsDirectory ? "/bin/sh" : executable,
                arguments: (inItsDirectory ? shell : ["sandbox"]) + arguments, environment: ["TMPDIR": temporary],
                wrapper: executable))
        let lines = process.lines
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        reading = Task {
            for await line in lines { continuation.yield(line.text) }
            continuation.finish()
        }
        collecting = stream
    }

    private let collecting: AsyncStream<String>

    /// Everything that it prints, to its end.
    func output() async -> String {
        for await line in collecting { printed.withLock { $0 += line + "\n" } }
        return printed.withLock { $0 }
    }

    /// Waits for a line that says so.
    func waitForLine(containing words: String) async throws {
        for await line in collecting {
            printed.withLock { $0 += line + "\n" }
            if line.contains(words) { return }
        }
        throw SandboxFailure(description: "the sandbox ended without saying '\(words)':\n\(printed.withLock { $0 })")
    }

    /// The processes whose parent it is, by their names.
    var children: [Int32: String] {
        var found: [Int32: String] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let number = Int32(name), let data = FileManager.default.contents(atPath: "/proc/\(name)/stat")
            else { continue }
            // pid (name) state parent …; a name may hold anything, a closing bracket too.
            let text = String(decoding: data, as: UTF8.self)
            guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else { continue }
            let rest = text[text.index(after: close)...].split(separator: " ")
            if rest.count > 1, Int32(rest[1]) == process.processID {
                found[number] = String(text[text.index(after: open)..<close])
            }
        }
        return found
    }

    /// Removes what a killed sandbox could not.
    func cleanUp() { try? FileManager.default.removeItem(atPath: temporary) }

    /// What is left in the directory for temporary files.
    var leftovers: [String] { (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? [] }

    /// What `.sandbox/env` says, if it is there.
    var environmentFile: String? {
        FileManager.default.contents(atPath: "\(temporary)/.sandbox/env").map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a process exists, be it as a zombie.
    static func exists(_ processID: Int32) -> Bool { kill(processID, 0) == 0 }

    /// An executable of this build: it lies beside that of the tests.
    static func executable(_ name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let beside = URL(filePath: own).deletingLastPathComponent().appendingPathComponent(name).path
        guard FileManager.default.isExecutableFile(atPath: beside) else {
            throw SandboxFailure(description: "\(beside) was not built")
        }
        return beside
    }
}

/// A sandbox did not do what a test waited for.
struct SandboxFailure: Error, CustomStringConvertible {
    let description: String
}
