import Foundation
import JSON
import Testing

@Suite("Mutated documents against Foundation")
struct MutationTests {
    @Test(
        "50,000 damaged events: what we accept means the same to Foundation, what we refuse it refuses too",
        arguments: 0..<5)
    func mutations(_ seed: UInt64) {
        var mutator = Mutator(random: SeededGenerator(state: seed))
        var accepted = 0
        for round in 0..<10_000 {
            let bytes = mutator.damaged(Mutator.events[round % Mutator.events.count])
            switch Verdict(bytes) {
            case .agreed(let isAccepted): accepted += isAccepted ? 1 : 0
            case .lenient: break
            case .disagreed(let why):
                Issue.record(
                    "seed \(seed) round \(round): \(why): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                return
            }
        }
        // Neither verdict may be so rare that the comparison says nothing.
        #expect((500..<9500).contains(accepted), "\(accepted) of 10,000 accepted")
    }

    @Test("a damaged record is refused, or it is read and writes what reads back as the same")
    func records() throws {
        var mutator = Mutator(random: SeededGenerator(state: 11))
        var accepted = 0
        for _ in 0..<2000 {
            let bytes = mutator.damaged(Everything.random(&mutator.random).json())
            do throws(JSONError) {
                let record = try Everything(json: bytes)
                accepted += 1
                #expect(try Everything(json: record.json()) == record)
            } catch {
                #expect((0...bytes.count).contains(error.offset) && error.path.hasPrefix("$"), "\(error)")
            }
        }
        #expect(accepted > 50)
    }

    @Test("Foundation's known leniencies are refused here, and are still leniencies there", arguments: Leniency.known)
    func leniencies(_ leniency: Leniency) {
        #expect(refusal(of: leniency.bytes)?.code == leniency.code, "\(leniency.name)")
        #expect((try? Oracle.parse(leniency.bytes)) != nil, "Foundation now refuses: \(leniency.name)")
    }

    /// What comes of comparing the two parsers on one document.
    enum Verdict {
        case agreed(isAccepted: Bool)
        case lenient
        case disagreed(String)

        init(_ bytes: [UInt8]) {
            let theirs = try? Oracle.parse(bytes)
            do throws(JSONError) {
                let ours = try withJSON(bytes, limits: .event) { root throws(JSONError) in try Tree(root) }
                self = theirs == ours ? .agreed(isAccepted: true) : .disagreed(theirs == nil ? "they refuse" : "values")
            } catch {
                let isLeniency = theirs != nil && Leniency.explains(error, in: bytes)
                self = theirs == nil ? .agreed(isAccepted: false) : isLeniency ? .lenient : .disagreed("\(error)")
            }
        }
    }
}

/// What Foundation accepts although RFC 8259 or our own rules forbid it.
struct Leniency: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let code: JSONError.Code
    var testDescription: String { name }

    static let known = [
        Leniency(name: "one of duplicate keys is dropped", bytes: Array(#"{"a":1,"a":2}"#.utf8), code: .duplicateKey),
        Leniency(name: "a comma may trail", bytes: Array("[1,]".utf8), code: .unexpected),
        Leniency(name: "a comma may trail (object)", bytes: Array("{\"a\":1,}".utf8), code: .unexpected),
        Leniency(name: "a byte order mark may lead", bytes: [0xEF, 0xBB, 0xBF, 0x31], code: .unexpected),
        Leniency(name: "UTF-16 is guessed", bytes: [0x5B, 0x00, 0x5D, 0x00], code: .unexpected),
        Leniency(name: "64 levels are not all", bytes: Array(LimitTests.nested(65, "[", "]").utf8), code: .depth),
        Leniency(name: "UTF-16 is guessed (one character)", bytes: [0x31, 0x00], code: .trailing),
    ]

    /// Whether one of the leniencies is why Foundation took what we refuse with this error.
    static func explains(_ error: JSONError, in bytes: [UInt8]) -> Bool {
        switch error.code {
        case .duplicateKey, .depth: true
        case .unexpected: isTrailingComma(bytes, error.offset) || bytes.starts(with: [0xEF, 0xBB, 0xBF])
        default: false
        }
    }
}

extension Leniency {
    private static func isTrailingComma(_ bytes: [UInt8], _ offset: Int) -> Bool {
        guard bytes[offset] == UInt8(ascii: "]") || bytes[offset] == UInt8(ascii: "}") else { return false }
        return bytes[..<offset].last { !$0.isSpace } == UInt8(ascii: ",")
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
