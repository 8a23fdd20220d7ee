import JSON
import Testing

@Suite("Limits")
struct LimitTests {
    static func nested(_ depth: Int, _ open: String, _ close: String, _ core: String = "") -> String {
        String(repeating: open, count: depth) + core + String(repeating: close, count: depth)
    }

    @Test("containers may be nested as deep as the limit, not deeper")
    func depth() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            Case(Self.nested(64, open, close, "1")).check()
            Case(Self.nested(65, open, close, "1"), .depth, at: 64 * open.utf8.count).check()
        }
        Case(Self.nested(100_000, "[", ""), .depth, at: 64).check()
        Case("[" + Array(repeating: Self.nested(63, "[", "]"), count: 50).joined(separator: ",") + "]").check()
        Case("1").check(JSONLimits(maxBytes: 10, maxDepth: 0))
        Case("[]", .depth).check(JSONLimits(maxBytes: 10, maxDepth: 0))
    }

    @Test("an object may have as many keys as the limit, each object for itself")
    func keys() {
        let limits = JSONLimits(maxBytes: 1 << 20, maxKeys: 100)
        func object(_ count: Int) -> String {
            "{" + (0..<count).map { "\"key\($0)\":{}" }.joined(separator: ",") + "}"
        }
        Case(object(100)).check(limits)
        Case(object(101), .tooManyKeys).check(limits)
        Case("[\(object(100)),\(object(100))]").check(limits)
        Case("{\"a\":\(object(99)),\"b\":\(object(100))}").check(limits)
        Case(object(4096)).check()
        Case(object(4097), .tooManyKeys).check()
    }

    @Test("a document may be as large as the limit")
    func size() {
        Case("[1]   ").check(JSONLimits(maxBytes: 6))
        Case("[1]    ", .tooLarge, at: 6).check(JSONLimits(maxBytes: 6))
        Case(Array("\"".utf8) + Array(repeating: 0x61, count: 1 << 20) + Array("\"".utf8)).check()
        #expect(JSONLimits(maxBytes: .max, maxDepth: .max).maxBytes == 268_435_455)
        #expect(JSONLimits(maxBytes: .max, maxDepth: .max).maxDepth == 1024)
        #expect(JSONLimits(maxBytes: -1, maxDepth: -1, maxKeys: -1) == JSONLimits(maxBytes: 0, maxDepth: 0, maxKeys: 0))
    }

    @Test("the densest documents fit on the tape")
    func dense() {
        for core in ["[],", "1,", "{},", "[1],", "[[]],", "\"\",", "{\"\":1},"] {
            let list = String(repeating: core, count: 5000).dropLast()
            Case("[\(list)]").check()
            Case(Self.nested(60, "[", "]", "[\(list)]")).check()
            Case(Self.nested(60, "[", "", "[\(list)"), .truncated).check()
        }
    }
}
