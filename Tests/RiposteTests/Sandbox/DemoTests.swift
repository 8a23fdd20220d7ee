import FoundationEssentials
import JSON
import Model
import Policy
import Testing

@testable import Riposte

/// The files of the demonstration fit together.
@Suite struct DemoTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Services/Simulator/Scenarios")
        .path

    private func play() throws -> Play {
        try Play(json: try SandboxFiles.read("\(Self.folder)/demo.play.json"))
    }

    @Test("the play has no mistake, and speaks of machines and items that the scenario has") func fits() throws {
        let play = try play()
        #expect(play.mistake == nil)
        let scenario = try ScenarioParts(file: "\(Self.folder)/demo.json")
        for planned in play.expect.compactMap(\.planned) {
            #expect(scenario.names.name(planned.target.machineId) != planned.target.machineId)
            #expect(scenario.names.name(planned.target.targetId) != planned.target.targetId)
        }
        for request in play.requests {
            let asked = try #require(play.asked(request))
            #expect(asked.targets.allSatisfy { scenario.names.name($0.machineId) != $0.machineId })
        }
    }

    @Test("there is something left in it that a person may ask for, on a machine that is online") func spare() throws {
        let scenario = try ScenarioParts(file: "\(Self.folder)/demo.json")
        let play = try play()
        let target = try #require(scenario.spare(beside: play))
        #expect(scenario.names.words(target) == "QUARANTINE_FILE inv_2291.exe on FIN-WS-014")
        let invitation = SandboxInvitation(
            directory: "/d", executable: "/b/riposte", bootstrapServers: "h:1", requests: "q", results: "r",
            consoleURL: "http://c", logs: "/l", target: target, names: scenario.names)
        let lines = invitation.text.split(separator: "\n").map { $0.drop { $0 == " " } }
        #expect(lines.contains("set -a; . /d/.sandbox/env; set +a"))
        #expect(
            lines.contains(
                "/b/riposte request --machine=\(target.machineId) --action=QUARANTINE_FILE:\(target.targetId) --wait"))
        let command = try #require(lines.first { $0.hasPrefix("echo") })
        let body = command.split(separator: "'")[1]
        #expect(try RequestBody.request(Array(body.utf8), source: "the hint").targets == [target])
    }

    @Test("it shows every kind of end that is promised") func kinds() throws {
        let play = try play()
        #expect(Set(play.expect.map(\.end)) == [.succeeded, .failed, .partial])
        #expect(play.expect.contains { $0.through == [.machineOffline] })
        #expect(Set(play.expect.compactMap(\.undoOf)) == ["isolate", "plain"])
        #expect(!play.quiet.isEmpty)
        #expect(play.strayDecisions?.isEmpty == false)
        let plain = try #require(play.request("plain"))
        #expect(play.asked(plain)?.requestId == nil && play.asked(plain)?.malopId == nil)
    }

    @Test("its policy can be used, and is in earnest") func policy() throws {
        let policy = try ResponsePolicy(contentsOf: "\(Self.folder)/demo.policy.yaml")
        #expect(policy.rules.allSatisfy { $0.mode == .enforce })
    }

    @Test(
        "a play with a mistake says where",
        arguments: [
            (
                #"{"requests": [], "expect": [{"what": "x", "request": "y", "end": "FAILED"}], "quiet": []}"#,
                "expect[0].request"
            ),
            (
                #"{"requests": [], "expect": [{"what": "x", "malopId": "y", "end": "FAILED"}], "quiet": []}"#,
                "expect[0]: needs"
            ),
            (#"{"requests": [{"name": "x", "body": {}}], "expect": [], "quiet": []}"#, "requests[0].body"),
        ])
    func mistakes(_ text: String, _ words: String) throws {
        #expect(try Play(json: Array(text.utf8)).mistake?.contains(words) == true)
    }

    @Test("a scenario is given in two parts that have each member once") func parts() throws {
        let parts = try ScenarioParts(
            json: Array(
                """
                {"users": [{"name": "u", "password": "p"}], "console": {"a": 1}, "machines": [{"id": "M", "guid": "1.1"}],
                 "files": [{"id": "f", "guid": "1.2", "name": "x.exe", "machine": "M"}], "malops": []}
                """.utf8))
        #expect(
            String(decoding: parts.base, as: UTF8.self)
                == #"{"users":[{"name": "u", "password": "p"}],"console":{"a": 1}}"#)
        let keys = try withJSON(parts.contents) { (root) throws(JSONError) in root.members.map(\.key) }
        #expect(keys == ["machines", "files", "malops"])
        #expect(parts.username == "u" && parts.password == "p")
        #expect(parts.names.name("1.1") == "M" && parts.names.name("1.2") == "x.exe")
    }

    @Test("a scenario in which nobody may log in is refused") func nobody() {
        #expect(throws: JSONError.self) { try ScenarioParts(json: Array(#"{"users": []}"#.utf8)) }
        #expect(throws: JSONError.self) { try ScenarioParts(json: Array(#"{"machines": []}"#.utf8)) }
    }
}
