import JSON
import Testing

@testable import Cybereason

/// Everything that the platform leaves out, sets to null or writes as a text.
@Suite("Loose answers")
struct LooseAnswerTests {
    private func row(_ json: String) throws -> ElementRow {
        let answer = try QueryAnswer(
            Array(#"{"status":"SUCCESS","data":{"resultIdToElementDataMap":{"g":\#(json)}}}"#.utf8))
        return try #require(answer.rows.first)
    }

    @Test(
        "a feature without a value has none, in every form",
        arguments: [
            "{}", #"{"simpleValues":null}"#, #"{"simpleValues":{}}"#, #"{"simpleValues":[]}"#,
            #"{"simpleValues":{"f":null}}"#, #"{"simpleValues":{"f":{}}}"#,
            #"{"simpleValues":{"f":{"totalValues":0,"values":null}}}"#, #"{"simpleValues":{"f":{"values":[]}}}"#,
            #"{"simpleValues":{"f":{"totalValues":1,"values":[null]}}}"#,
            #"{"simpleValues":{"f":{"values":[{"message":"x"}]}}}"#, #"{"simpleValues":{"f":{"values":[[]]}}}"#,
            #"{"simpleValues":{"f":{"values":"x"}}}"#, "null", "[]", "7",
        ])
    func noValue(json: String) throws {
        let row = try row(json)
        #expect(row.texts("f") == [])
        #expect(row.text("f") == nil)
        #expect(row.flag("f") == nil)
        #expect(row.time("f") == nil)
    }

    @Test("values are texts whatever they were")
    func values() throws {
        let row = try row(
            #"{"simpleValues":{"f":{"totalValues":5,"values":["a",null,1606,true,"b\u0000c",1.5]}}}"#)
        #expect(row.texts("f") == ["a", "1606", "true", "bc", "1.5"])
    }

    @Test(
        "truth comes as a word or as a truth value",
        arguments: [
            (#""true""#, true), ("true", true), (#""false""#, false), (#""True""#, true), (#""yes""#, nil as Bool?),
        ])
    func flags(value: String, expected: Bool?) throws {
        let row = try row(#"{"simpleValues":{"f":{"values":[\#(value)]}}}"#)
        #expect(row.flag("f") == expected)
    }

    @Test(
        "a time comes as a number or as a text; what is none is nothing",
        arguments: [
            ("1606780800000", 1_606_780_800_000), (#""1606780800000""#, 1_606_780_800_000), ("0", nil as Int64?),
            ("-1", nil), (#""soon""#, nil), ("9223372036854775807", nil),
        ])
    func times(value: String, expected: Int64?) throws {
        let row = try row(#"{"simpleValues":{"f":{"values":[\#(value)]}}}"#)
        #expect(row.time("f")?.milliseconds == expected)
    }

    @Test(
        "a feature without elements has none, in every form",
        arguments: [
            "{}", #"{"elementValues":null}"#, #"{"elementValues":{}}"#, #"{"elementValues":{"f":null}}"#,
            #"{"elementValues":{"f":{"totalValues":91249,"elementValues":null}}}"#,
            #"{"elementValues":{"f":{"elementValues":[]}}}"#, #"{"elementValues":{"f":{"elementValues":[null,{}]}}}"#,
            #"{"elementValues":{"f":{"elementValues":[{"guid":null,"name":"x"}]}}}"#,
        ])
    func noElements(json: String) throws {
        #expect(try row(json).references("f") == [])
    }

    @Test("an element may lack its name")
    func elements() throws {
        let row = try row(
            #"{"elementValues":{"f":{"elementValues":[{"elementType":"Machine","guid":"-1.2","name":null}]}}}"#)
        #expect(row.references("f") == [ElementRow.Reference(guid: "-1.2", name: "", type: "Machine")])
    }

    @Test(
        "both spellings of ids are kept as they are",
        arguments: ["AAAA1kFkoAiE4Tf9", "-1632138521.1198775089551518743"])
    func ids(id: String) throws {
        let answer = try QueryAnswer(
            Array(#"{"status":"SUCCESS","data":{"resultIdToElementDataMap":{"\#(id)":{"guidString":"x"}}}}"#.utf8))
        #expect(answer.rows.map(\.guid) == [id])
    }

    @Test("several decision statuses are all kept, unknown ones too")
    func statuses() throws {
        let row = FailedProtectionRow(
            try row(
                #"{"simpleValues":{"decisionStatuses":{"values":["DDS_FAILED_TO_PREVENT",null,"DDS_NEW"]}}}"#))
        #expect(row.decisionStatuses == ["DDS_FAILED_TO_PREVENT", "DDS_NEW"])
        #expect(row.displayName == "")
    }

    @Test("a name with half a surrogate pair or bytes that are no UTF-8 does not spoil the page")
    func brokenNames() throws {
        let start = Array(
            #"{"status":"SUCCESS","data":{"resultIdToElementDataMap":{"g":{"simpleValues":{"f":{"values":[""#.utf8)
        let end = Array(#""]}}}}}}"#.utf8)
        let names: [(bytes: [UInt8], text: String)] = [
            (Array(#"a\ud800b"#.utf8), "a\u{FFFD}b"), (Array(#"\uDC00"#.utf8), "\u{FFFD}"),
            (Array(#"\ud83d\ude00\ud83d"#.utf8), "😀\u{FFFD}"), ([0x61, 0xFF, 0x62], "a\u{FFFD}b"),
            (Array(#"\\ud800\ud800"#.utf8), "\\ud800\u{FFFD}"),
        ]
        for (bytes, text) in names {
            #expect(try QueryAnswer(start + bytes + end).rows.first?.texts("f") == [text])
        }
    }
}
