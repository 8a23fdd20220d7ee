internal import JSON
internal import Model

/// A scenario in two parts: what the simulator starts with, and what it is given when everybody is ready.
///
/// The times of a scenario count from when it is given. So nothing happens before there is somebody to see it, however
/// long the services take to start.
struct ScenarioParts: Sendable {
    /// Who may log in, and how the servers behave.
    let base: [UInt8]

    /// The machines, what is on them, what is detected and what then happens.
    let contents: [UInt8]

    /// The names of everything in it.
    let names: NameBook

    /// The files on machines that are online from the beginning, in their order.
    let files: [ActionTarget]

    /// Who the services log in as: the first user.
    let username: String
    let password: String

    private static let baseKeys: Set<String> = [
        "about", "comment", "seed", "console", "threatIntelligence", "users", "faults",
    ]

    init(json: [UInt8]) throws(JSONError) {
        self = try withJSON(json) { (root) throws(JSONError) in try ScenarioParts(root) }
    }

    /// Reads a scenario's file.
    init(file: String) throws(SandboxError) {
        let bytes = try SandboxFiles.read(file)
        do throws(JSONError) { try self.init(json: bytes) } catch { throw SandboxError("\(file): \(error)") }
    }

    private init(_ root: JSONValue) throws(JSONError) {
        let user = try root.object().required("users")
        guard let first = user[index: 0] else { throw user.error(.invalid, "at least one user is needed") }
        username = try first.object().string("name")
        password = try first.object().string("password")
        base = Self.object(root) { Self.baseKeys.contains($0) }
        contents = Self.object(root) { !Self.baseKeys.contains($0) }
        var names = NameBook()
        for kind in ["machines", "files", "processes"] {
            for item in root[named: kind].map({ Array($0.elements) }) ?? [] {
                names.learn(item["guid"]?.asString ?? "", item["name"]?.asString ?? item["id"]?.asString)
            }
        }
        self.names = names
        files = Self.files(root)
    }

    private static func files(_ root: JSONValue) -> [ActionTarget] {
        var machines: [String: String] = [:]
        for machine in root[named: "machines"].map({ Array($0.elements) }) ?? [] {
            guard machine["online"]?.asBool ?? true, let guid = machine["guid"]?.asString else { continue }
            machines[machine["id"]?.asString ?? guid] = guid
        }
        return (root[named: "files"].map { Array($0.elements) } ?? []).compactMap { file in
            guard let guid = file["guid"]?.asString, let machine = machines[file["machine"]?.asString ?? ""] else {
                return nil
            }
            return ActionTarget(machineId: machine, targetId: guid, actionType: .quarantineFile)
        }
    }

    /// Something that a person can ask for beside a play: the quarantine of a file that the play leaves alone.
    func spare(beside play: Play) -> ActionTarget? {
        let played = play.expect.compactMap(\.planned?.target) + play.requests.flatMap { play.asked($0)?.targets ?? [] }
        let taken = Set(played.map(\.targetId))
        return files.first { !taken.contains($0.targetId) }
    }

    private static func object(_ root: JSONValue, _ isWanted: (String) -> Bool) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            for (key, value) in root.members where isWanted(key) {
                writer.key(key)
                writer.raw(value.text())
            }
        }
        return writer.finish()
    }
}
