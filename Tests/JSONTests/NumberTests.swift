import JSON
import Testing

@Suite("Numbers")
struct NumberTests {
    @Test(
        "the grammar's numbers are accepted",
        arguments: [
            "0", "-0", "7", "-12", "0.5", "-0.0", "1e3", "1E+3", "1e-3", "12.5e07", "1e999", "123456789012345678901",
        ])
    func accepted(_ text: String) {
        Case(text).check()
        Case("[\(text)]").check()
        Case("{\"a\":\(text) , \"b\":1}").check()
    }

    @Test(
        "what only looks like a number is refused where it starts",
        arguments: [
            Case("01", .badNumber, at: 0), Case("-01", .badNumber, at: 0), Case("00", .badNumber, at: 0),
            Case("-", .badNumber, at: 0), Case("1.", .badNumber, at: 0), Case("1.e3", .badNumber, at: 0),
            Case("1e", .badNumber, at: 0), Case("1e+", .badNumber, at: 0), Case("-.5", .badNumber, at: 0),
            Case("[1,-x]", .badNumber, at: 3), Case("+1", .unexpected, at: 0), Case(".5", .unexpected, at: 0),
            Case("NaN", .unexpected), Case("Infinity", .unexpected), Case("-Infinity", .badNumber),
            Case("0x10", .trailing, at: 1), Case("1_000", .trailing, at: 1), Case("1 2", .trailing, at: 2),
            Case("[1 2]", .unexpected, at: 3), Case("[1a]", .unexpected, at: 2), Case("１", .unexpected, at: 0),
        ])
    func refused(_ refused: Case) {
        refused.check()
    }

    @Test(
        "an integer is read up to the ends of 64 bits",
        arguments: [
            ("0", 0), ("-0", 0), ("9223372036854775807", Int64.max), ("-9223372036854775808", .min),
            ("999999999999999999", 999_999_999_999_999_999),
        ])
    func integers(_ text: String, _ value: Int64) throws {
        #expect(try withJSON(Array(text.utf8)) { root throws(JSONError) in try root.int() } == value)
        #expect(try withJSON(Array(text.utf8)) { $0.asInt64 } == value)
    }

    @Test(
        "an integer beyond 64 bits overflows, and a fraction or an exponent is none",
        arguments: [
            ("9223372036854775808", JSONError.Code.overflow), ("-9223372036854775809", .overflow),
            ("99999999999999999999999", .overflow), ("1.0", .wrongType), ("1e3", .wrongType), ("1.5", .wrongType),
            ("\"1\"", .wrongType), ("true", .wrongType), ("null", .wrongType),
        ])
    func notIntegers(_ text: String, _ code: JSONError.Code) {
        #expect(failure(text) { root throws(JSONError) in _ = try root.int() }?.code == code)
    }

    @Test(
        "a loose integer is exact or nil",
        arguments: [
            ("1.0", 1), ("-12e2", -1200), ("1.5", nil), ("9223372036854775808", nil), ("-9223372036854775809", nil),
            ("9007199254740993.0", nil), ("1e18", nil), ("4e15", 4_000_000_000_000_000), ("1e400", nil),
        ] as [(String, Int64?)])
    func looseIntegers(_ text: String, _ value: Int64?) throws {
        #expect(try withJSON(Array(text.utf8)) { $0.asInt64 } == value)
    }

    @Test(
        "a double is the nearest one",
        arguments: [
            "0", "-0", "0.1", "-0.125", "1e22", "123456789012345", "1234567890123456789", "0.30000000000000004",
            "2.2250738585072011e-308", "5e-324", "1.7976931348623157e308", "1e-400", "9007199254740993", "100.0",
            "3.141592653589793238462643383279", "0.000000000000001", "123456.789e-2",
        ])
    func doubles(_ text: String) throws {
        let value = try withJSON(Array(text.utf8)) { root throws(JSONError) in try root.double() }
        #expect(value.bitPattern == Double(text)?.bitPattern)
    }

    @Test(
        "a double never becomes infinite",
        arguments: ["1e309", "-1e309", "1e99999", String(repeating: "9", count: 400)])
    func infinity(_ text: String) {
        #expect(failure(text) { root throws(JSONError) in _ = try root.double() }?.code == .overflow)
    }

    @Test("digits without end are refused instead of converted")
    func longNumber() {
        let text = "0." + String(repeating: "1", count: 2000)
        #expect(failure(text) { root throws(JSONError) in _ = try root.double() }?.code == .overflow)
    }

    @Test("what is written reads back as the same number")
    func roundTrip() throws {
        var random = SeededGenerator(state: 1)
        for _ in 0..<2000 {
            let double = Double(bitPattern: random.next())
            guard double.isFinite else { continue }
            let int = Int64(bitPattern: random.next() >> UInt64.random(in: 0..<64, using: &random))
            var writer = JSONWriter()
            writer.array {
                $0.value(double)
                $0.value(int)
                $0.value(-(int / 2))
            }
            try withJSON(writer.finish()) { root throws in
                let elements = Array(root.elements)
                #expect(try elements[0].double() == double)
                #expect(try elements[1].int() == int)
                #expect(try elements[2].int() == -(int / 2))
            }
        }
    }

    @Test(
        "integers are written in full",
        arguments: [0, 9, 10, -1, 99, 100, -1000, .max, .min, 1_000_000_000_000_000_000])
    func written(_ value: Int64) {
        var writer = JSONWriter()
        writer.value(value)
        #expect(String(decoding: writer.finish(), as: UTF8.self) == value.description)
    }

    @Test("infinity and NaN are written as null", arguments: [Double.infinity, -.infinity, .nan])
    func notFinite(_ value: Double) {
        var writer = JSONWriter()
        writer.value(value)
        #expect(writer.finish() == Array("null".utf8))
    }
}
