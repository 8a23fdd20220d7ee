import JSON
import Testing

@Suite("Cursors and the life of their documents")
struct LeaseTests {
    private static let document = Array(#"{"a":{"b":["c"]}}"#.utf8)

    @Test("a cursor that left its closure stops the process, also when another document is open")
    func escaped() async {
        await #expect(processExitsWith: .failure) {
            var leaked: JSONValue?
            try withJSON(LeaseTests.document) { root throws(JSONError) in leaked = root }
            try withJSON(LeaseTests.document) { _ throws(JSONError) in _ = leaked?["a"] }
        }
        await #expect(processExitsWith: .failure) {
            var leaked: JSONMembers?
            try withJSON(LeaseTests.document) { root throws(JSONError) in leaked = root.members }
            for _ in try #require(leaked) {}
        }
        await #expect(processExitsWith: .success) {
            var copy: JSONValue?
            try withJSON(LeaseTests.document) { root throws(JSONError) in
                copy = root
                _ = copy?["a"]
            }
        }
    }

    @Test("documents may be open in one another and at the same time")
    func nested() async throws {
        let texts = try withJSON(Self.document) { outer throws(JSONError) in
            let inner = try withJSON(Array(#"{"a":"x"}"#.utf8)) { root throws(JSONError) in
                [root["a"]?.asString, outer["a"]?["b"]?[index: 0]?.asString]
            }
            return inner + [outer["a"]?["b"]?[index: 0]?.asString]
        }
        #expect(texts == ["x", "c", "c"])
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<500).allSatisfy { round in
                        let bytes = Array(#"{"n":\#(task * 1_000 + round)}"#.utf8)
                        return (try? withJSON(bytes) { root throws(JSONError) in root["n"]?.asInt64 })
                            == Int64(task * 1_000 + round)
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
