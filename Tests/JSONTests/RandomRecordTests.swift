import JSON
import Testing

@Suite("Random records")
struct RandomRecordTests {
    @Test("what is written reads back as the same record, and writes the same bytes again")
    func roundTrip() throws {
        var random = SeededGenerator(state: 7)
        for _ in 0..<300 {
            let record = Everything.random(&random)
            let bytes = record.json()
            let back = try Everything(json: bytes)
            #expect(back == record)
            #expect(back.json() == bytes)
        }
    }
}

extension Everything {
    static func random(_ g: inout SeededGenerator) -> Everything {
        var record = Everything()
        record.text = text(&g)
        record.optionalText = maybe(&g, text)
        record.int = Int(truncatingIfNeeded: g.next())
        record.optionalLong = maybe(&g) { Int64(bitPattern: $0.next()) >> 40 }
        record.double = Double.random(in: -1e9...1e9, using: &g)
        record.bool = Bool.random(using: &g)
        record.strings = some(&g, text)
        record.time = Timestamp(milliseconds: Int64.random(in: 0...253_402_300_799_999, using: &g))
        record.optionalRaw = maybe(&g) { JSONText(machine(&$0)) }
        record.machine = machine(&g)
        record.optionalMachines = maybe(&g) { some(&$0, machine) }
        for _ in 0..<Int.random(in: 0..<5, using: &g) {
            record.groups[text(&g)] = some(&g, machine)
            record.labels[text(&g)] = text(&g)
        }
        record.verdict = Verdict.allCases.randomElement(using: &g) ?? .malicious
        record.statuses = some(&g) { Status(rawValue: text(&$0)) }
        return record
    }

    private static func machine(_ g: inout SeededGenerator) -> Machine {
        Machine(guid: text(&g), name: maybe(&g, text), isOnline: Bool.random(using: &g))
    }

    private static func text(_ g: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<30, using: &g) {
            let bound: UInt32 = [0x20, 0x80, 0x800, 0x110000].randomElement(using: &g) ?? 0x80
            text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 0..<bound, using: &g)) ?? "x")
        }
        return text
    }

    private static func maybe<T>(_ g: inout SeededGenerator, _ make: (inout SeededGenerator) -> T) -> T? {
        Bool.random(using: &g) ? make(&g) : nil
    }

    private static func some<T>(_ g: inout SeededGenerator, _ make: (inout SeededGenerator) -> T) -> [T] {
        (0..<Int.random(in: 0..<4, using: &g)).map { _ in make(&g) }
    }
}
