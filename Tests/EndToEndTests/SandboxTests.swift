import FoundationEssentials
import Glibc
import JSON
import Model
import Runtime
import TestSupport
import Testing

/// `riposte sandbox` as people run it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SandboxTests {
    @Test("the demonstration ends by itself with every end as expected, and keeps what every topic carried")
    func demonstration() async throws {
        let record = FileManager.default.temporaryDirectory.appendingPathComponent("record-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: record) }
        let sandbox = try await SandboxProcess(["--record", record])
        defer { sandbox.cleanUp() }
        let output = await sandbox.output()
        #expect(await sandbox.process.status() == .exited(0), "\(output)")
        #expect(output.contains("as expected, after"))
        #expect(output.contains("exactly those expected"))
        #expect(!output.contains("\u{1B}"), "colours are for terminals")
        #expect(
            !output.contains("…:") && output.contains("could not be quarantined."),
            "lines are cut for terminals: \(output)")
        #expect(sandbox.leftovers.isEmpty)
        for topic in Topics.all {
            let data = try #require(FileManager.default.contents(atPath: "\(record)/\(topic.name).ndjson"))
            for line in data.split(separator: UInt8(ascii: "\n")) {
                let members = try withJSON(Array(line)) { (record) throws(JSONError) in
                    Set(try record.object().value.members.map(\.key))
                }
                #expect(members == ["key", "headers", "value", "partition", "offset", "timestamp"])
            }
            #expect(!data.isEmpty, "\(topic.name)")
        }
    }

    @Test("an interrupt ends it and every process that it started, and leaves no file", arguments: [SIGINT, SIGTERM])
    func interrupted(_ signal: Int32) async throws {
        let sandbox = try await SandboxProcess()
        defer { sandbox.cleanUp() }
        try await sandbox.waitForLine(containing: "found")
        let children = sandbox.children
        #expect(
            children.values.sorted() == ["detector", "enricher", "remediator", "simulator", "tracker"], "\(children)")
        #expect(kill(sandbox.process.processID, signal) == 0)
        #expect(await sandbox.process.status() == .exited(128 + signal))
        _ = await sandbox.output()
        #expect(children.keys.allSatisfy { !SandboxProcess.exists($0) })
        #expect(sandbox.leftovers.isEmpty)
    }

    @Test("when it is killed, the kernel ends what it started") func killed() async throws {
        let sandbox = try await SandboxProcess()
        defer { sandbox.cleanUp() }
        try await sandbox.waitForLine(containing: "are ready")
        let children = sandbox.children
        #expect(children.count == 5)
        #expect(kill(sandbox.process.processID, SIGKILL) == 0)
        #expect(await sandbox.process.status() == .signalled(SIGKILL))
        try await eventually("no process is left") { children.keys.allSatisfy { !SandboxProcess.exists($0) } }
    }

    @Test("one that stays says where everything is, and ends well with Ctrl-C") func stays() async throws {
        let sandbox = try await SandboxProcess(["--stay"], inItsDirectory: true)
        defer { sandbox.cleanUp() }
        try await sandbox.waitForLine(containing: "are ready")
        try await eventually("the addresses are written") { sandbox.environmentFile != nil }
        let environment = try #require(sandbox.environmentFile)
        for key in ["KAFKA_BOOTSTRAP_SERVERS", "TOPICS_CHECK", "CYBEREASON_URL", "SANDBOX_TRACKER_PORT"] {
            #expect(environment.contains("\(key)="))
        }
        try await sandbox.waitForLine(containing: "stays until Ctrl-C")
        try await sandbox.waitForLine(
            containing: "request --machine=-1632138521.1198775089551518743 --action=QUARANTINE_FILE:")
        #expect(kill(sandbox.process.processID, SIGINT) == 0)
        #expect(await sandbox.process.status() == .exited(0))
        _ = await sandbox.output()
        #expect(sandbox.environmentFile == nil)
    }
}
