import Testing

@testable import Simulator

@Suite("What comes again and again")
struct RecurrenceTests {
    private static let recurring = """
        "machines": [{"id": "ws"}],
        "recurring": [{"everyMs": 1000, "keepMs": 2500, "contents": {
            "files": [{"id": "f-{n}", "machine": "ws", "name": "f{n}.exe", "sha1": "0123456789abcdef0123456789ab{hex}"}],
            "malops": [{"id": "m-{n}", "displayName": "f{n}.exe", "machines": ["ws"], "files": [{"file": "f-{n}"}]}],
            "reputations": [{"key": "0123456789abcdef0123456789ab{hex}", "type": "malware"}],
            "remediation": [{"target": "f-{n}", "behaviour": {"outcome": "FAILURE"}}]}}]
        """

    private func world(_ members: String, now: Int64) throws -> World {
        try World(Scenario(Document(json: Array("{\(members)}".utf8))), now: now)
    }

    @Test("it comes once in every interval, under the number of that, and goes")
    func comesAndGoes() throws {
        var world = try world(Self.recurring, now: 41_500)
        #expect(world.malops.isEmpty)
        world.advance(to: 42_000)
        #expect(world.malops.map(\.displayName) == ["f42.exe"])
        world.advance(to: 44_400)
        #expect(world.malops.map(\.displayName) == ["f42.exe", "f43.exe", "f44.exe"])
        world.advance(to: 44_500)
        #expect(world.malops.map(\.displayName) == ["f43.exe", "f44.exe"])
        #expect(world.graph.all("File").map(\.name) == ["f43.exe", "f44.exe"])
        #expect(world.reputations.keys.sorted() == ["02b", "02c"].map { "0123456789abcdef0123456789ab000000000\($0)" })
        #expect(world.behaviours.map(\.target).sorted() == ["f-43", "f-44"])
    }

    @Test("time that is let pass at once leaves nothing out, and keeps no more than there would be")
    func leap() throws {
        var world = try world(Self.recurring, now: 0)
        world.advance(to: 100_000)
        #expect(world.malops.map(\.displayName) == ["f98.exe", "f99.exe", "f100.exe"])
    }

    @Test("a second run does not have the ids of the first")
    func restart() throws {
        var first = try world(Self.recurring, now: 10_000)
        first.advance(to: 11_000)
        var second = try world(Self.recurring, now: 20_000)
        second.advance(to: 21_000)
        #expect(first.malops.count == 1 && second.malops.count == 1)
        #expect(first.malops.map(\.id) != second.malops.map(\.id))
    }

    @Test(
        "a mistake in it is told at the beginning",
        arguments: [
            (#"{"contents": {}}"#, "everyMs"), (#"{"everyMs": 5}"#, "contents"),
            (#"{"everyMs": 5, "contents": {"malops": [{"id": "m", "files": [{"file": "gone"}]}]}}"#, "gone"),
            (#"{"everyMs": 5, "contents": {"fils": []}}"#, "fils"),
            (#"{"everyMs": 5, "contents": {"recurring": [{"everyMs": 5, "contents": {}}]}}"#, "recurring"),
        ])
    func mistakes(recurrence: String, word: String) {
        let error = #expect(throws: ScenarioError.self) { try world(#""recurring": [\#(recurrence)]"#, now: 0) }
        #expect(error.map { "\($0)".contains(word) } == true)
    }

    @Test("the demo's scenario can be played for an hour")
    func demo() throws {
        let scenario = try Scenario.read(file: "deploy/demo/scenario.json")
        var world = try World(scenario, now: 0)
        world.advance(to: 3_600_000)
        #expect(world.malops.count > 300)
        let count = world.malops.count
        world.advance(to: 5 * 3_600_000)
        #expect(world.malops.count < 2 * count)
    }
}
