import FoundationEssentials
import Glibc
import JSON

/// Compares the JSON module with Foundation's Codable and Python's `json`, in turn and in one run.
@main
struct Benchmarks {
    /// How many times Foundation's speed is asked for.
    static let required = 5.0
    static let rounds = 60

    static func main() throws {
        print("JSON: µs per call, the best of \(rounds) rounds in turn; in brackets how many times as long as ours")
        print(row("", "Riposte", "Foundation", "Python"))
        let flat = try compare(FlatEvent.sample)
        let nested = try compare(NestedEvent.sample)
        let ratio = min(flat, nested)
        print("at least \(text(ratio)) times Foundation's speed; asked for: \(text(required))")
        #if DEBUG
            print("a debug build proves nothing: run with -c release")
        #else
            if ratio < required { exit(1) }
        #endif
    }

    /// Prints an event's rows; returns the lesser of the two ratios to Foundation.
    static func compare<Event: JSONRecord & Codable & Equatable>(_ event: Event) throws -> Double {
        let bytes = event.json()
        let data = Data(bytes)
        let (encoder, decoder) = (JSONEncoder(), JSONDecoder())
        guard try Event(json: bytes) == event, try decoder.decode(Event.self, from: data) == event else {
            throw Mismatch()
        }
        var all = [
            Measurement("decode") { use(try Event(json: bytes)) },
            Measurement("decode") { use(try decoder.decode(Event.self, from: data)) },
            Measurement("encode") { use(event.json()) },
            Measurement("encode") { use(try encoder.encode(event)) },
        ]
        var python: (decode: Double, encode: Double)?
        for round in 0..<rounds {
            for i in all.indices { try all[i].round() }
            if round % 20 == 0, let times = Python.measure(bytes) {
                python = (
                    min(python?.decode ?? .infinity, times.decode), min(python?.encode ?? .infinity, times.encode)
                )
            }
        }
        show("decode", bytes.count, all[0].best, all[1].best, python?.decode)
        show("encode", bytes.count, all[2].best, all[3].best, python?.encode)
        return min(all[1].best / all[0].best, all[3].best / all[2].best)
    }

    static func show(_ name: String, _ size: Int, _ ours: Double, _ foundation: Double, _ python: Double?) {
        let other = python.map { "\(text($0)) (\(text($0 / ours)))" } ?? "python3 not found"
        print(row("\(name) \(size) B", text(ours), "\(text(foundation)) (\(text(foundation / ours)))", other))
    }

    static func row(_ columns: String...) -> String {
        columns.map { $0 + String(repeating: " ", count: max(20 - $0.count, 1)) }.joined()
    }

    /// Two digits behind the point.
    static func text(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10)"
    }

    struct Mismatch: Error {}
}
