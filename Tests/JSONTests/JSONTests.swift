import JSON
import Testing

enum Verdict: String, JSONName, CaseIterable { case malicious, indifferent }
struct Status: JSONName, Hashable {
    var rawValue: String
}

struct Machine: JSONRecord, Hashable {
    var guid = ""
    var name: String?
    var isOnline = false
    mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("guid", &guid)
        try c("name", &name)
        try c("isOnline", &isOnline)
    }
}

struct Everything: JSONRecord, Hashable {
    var version = 1
    var text = ""
    var count = 0
    var long: Int64?
    var ratio = 0.0
    var tags: [String] = []
    var at = Timestamp(milliseconds: 0)
    var ended: Timestamp?
    var machine = Machine()
    var machines: [Machine]?
    var byGroup: [String: [Machine]] = [:]
    var labels: [String: String]?
    var verdict = Verdict.indifferent
    var statuses: [Status] = []
    var raw: JSONText?
    mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("version", &version, default: 1)
        try c.check(version == 1, "version", "only 1 is known")
        try c("text", &text)
        try c("count", &count)
        try c("long", &long)
        try c("ratio", &ratio)
        try c("tags", &tags)
        try c("at", &at)
        try c("ended", &ended)
        try c("machine", &machine)
        try c("machines", &machines)
        try c("byGroup", &byGroup)
        try c("labels", &labels)
        try c("verdict", &verdict)
        try c("statuses", &statuses)
        try c("raw", &raw)
    }
}

@Suite("One field list for both directions")
struct RecordTests {
    @Test("what a record writes reads back as the same record")
    func roundTrip() throws {
        var record = Everything()
        record.text = "a\u{0}b\"\\/\n\u{1F600}é"
        record.long = .min
        record.ratio = -0.125
        record.tags = ["x", ""]
        record.machines = [Machine(guid: "g", name: "n", isOnline: true), Machine()]
        record.byGroup = ["b": [Machine()], "a": []]
        record.labels = ["k\"": "v"]
        record.verdict = .malicious
        record.statuses = [Status(rawValue: "NEW_ONE")]
        record.raw = try JSONText(Array(#" {"x" : [1, 2.50]} "#.utf8))
        let bytes = record.json()
        #expect(try Everything(json: bytes) == record)
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""byGroup":{"a":[],"b":[{"#))
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""raw":{"x" : [1, 2.50]}"#))
    }

    @Test("an error names the byte, the path and what was expected")
    func error() {
        let error = #expect(throws: JSONError.self) {
            try withJSON(Array(#"{"t":[{"a":1},{"a":"x"}]}"#.utf8)) { root throws(JSONError) in
                try root.object().array("t") { element throws(JSONError) in try element.object().int("a") }
            }
        }
        #expect(error?.description == "wrong type at byte 19 ($.t[1].a): expected integer")
    }
}
