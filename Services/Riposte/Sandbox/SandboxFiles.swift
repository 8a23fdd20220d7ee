internal import FoundationEssentials
internal import Glibc
internal import Runtime

/// What a sandbox needs is not there, or is not as it must be.
struct SandboxError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The files that a sandbox is made of: executables beside our own, a scenario, and what lies beside that.
struct SandboxFiles: Sendable {
    /// Where our own executable is.
    let executables: String
    let scenario: String

    /// What happens from outside and what has to come of it; nil if the scenario has no such file.
    let play: String?
    let policy: String

    /// The four services, in the order in which data flows.
    static let services = ["detector", "enricher", "remediator", "tracker"]

    /// Finds the files.
    ///
    /// - Parameter scenario: The scenario's path; that of the demonstration unless given.
    init(scenario: String?) throws(SandboxError) {
        guard
            let own = try? FileManager.default.destinationOfSymbolicLink(
                atPath: ChildProcess.Configuration.thisExecutable)
        else { throw SandboxError("the system does not say where this executable is") }
        executables = Self.parent(own)
        for name in Self.services + ["simulator"] {
            guard FileManager.default.isExecutableFile(atPath: "\(executables)/\(name)") else {
                throw SandboxError("\(name) is not in \(executables), where riposte is: build all of them first")
            }
        }
        let demo = Self.above(executables, "Services/Simulator/Scenarios/demo.json")
        guard let chosen = scenario ?? demo else {
            throw SandboxError("the demonstration's scenario is nowhere above \(executables): give one by --scenario")
        }
        self.scenario = chosen
        play = Self.beside(chosen, ".play.json")
        guard let policy = Self.beside(chosen, ".policy.yaml") ?? demo.flatMap({ Self.beside($0, ".policy.yaml") })
        else {
            throw SandboxError("there is no policy: put one beside the scenario, its name ending in .policy.yaml")
        }
        self.policy = policy
    }

    func executable(_ name: String) -> String { "\(executables)/\(name)" }

    /// The file in the nearest directory above that has it.
    private static func above(_ directory: String, _ path: String) -> String? {
        var directory = directory
        while !directory.isEmpty {
            let file = "\(directory)/\(path)"
            if FileManager.default.fileExists(atPath: file) { return file }
            directory = parent(directory)
        }
        return nil
    }

    /// `demo.play.json` for `demo.json`, if it is there.
    private static func beside(_ scenario: String, _ suffix: String) -> String? {
        let stem = scenario.hasSuffix(".json") ? String(scenario.dropLast(".json".count)) : scenario
        return FileManager.default.fileExists(atPath: stem + suffix) ? stem + suffix : nil
    }

    private static func parent(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// The bytes of a file.
    static func read(_ path: String) throws(SandboxError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SandboxError("\(path) cannot be read")
        }
        return [UInt8](data)
    }
}

/// A directory of one run: the services' logs, the console's password. Only we can read it.
struct Workspace: Sendable {
    let path: String

    /// Makes it.
    init(environment: [String: String]) throws(SandboxError) {
        let parent = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(parent)/riposte-sandbox-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw SandboxError("no directory can be made in \(parent): \(String(cString: strerror(errno)))")
        }
        path = String(cString: made)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file that only we can read; gives its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws(SandboxError) -> String {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: file(name), contents: Data(bytes), attributes: attributes) else {
            throw SandboxError("\(file(name)) cannot be written")
        }
        return file(name)
    }

    /// The last lines of a log, before its service was asked to stop: what went wrong stands there.
    func tail(_ name: String, lines count: Int) -> [String] {
        let bytes = FileManager.default.contents(atPath: file(name)) ?? Data()
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        let end = lines.lastIndex { $0.contains(#""message":"service stopping""#) } ?? lines.endIndex
        return lines[..<end].suffix(count)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
