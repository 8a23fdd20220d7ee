import Glibc

/// Feeds its share of the inputs, one after the other, and prints what became of them.
///
/// It may die of an input, which is why it is a process of its own: what it was fed stands in the flight recorder.
struct FuzzChild: ~Copyable {
    /// How its lines begin, so that they can be told from whatever else is printed.
    static let mark = "fuzz>"

    private let plan: FuzzPlan
    private let process: Int
    private let recorder: FlightRecorder
    private let inputs: Inputs
    private var counts: [String: FuzzCounts] = [:]

    init(_ plan: FuzzPlan, process: Int, recorder: consuming FlightRecorder, surfaces: [Surface]) {
        self.plan = plan
        self.process = process
        self.recorder = recorder
        inputs = Inputs(surfaces, seed: plan.seed)
    }

    /// Feeds everything from an input on.
    mutating func run(from start: Int) async {
        let end = ContinuousClock.now + .seconds(plan.seconds)
        for number in plan.inputs(of: process, long: inputs.long) where number >= start {
            guard ContinuousClock.now < end else { break }
            recorder.current = number
            await feed(number)
        }
        recorder.current = -1
        alarm(0)
        for (name, counts) in counts { print("\(Self.mark) counts \(name) \(counts.line)") }
        print("\(Self.mark) end")
        fflush(nil)
    }

    private mutating func feed(_ number: Int) async {
        let item = inputs[number]
        let (surface, input) = (item.surface, item.input)
        if plan.count == 1 { show(input, of: surface) }
        var counts = counts[surface.name] ?? FuzzCounts()
        if item.kind == .damaged { counts.damaged += 1 }
        do {
            let verdict = try await FuzzLimits(hang: plan.hang).within(input, surface.effort) {
                try await surface.feed(input)
            }
            if plan.count == 1 { print("\(Self.mark) show \(verdict)") }
            if item.kind == .whole { try require(verdict == .understood, "what is whole is \(verdict)") }
            counts.add(verdict)
        } catch {
            counts.violations += 1
            let words = "\(error)".unicodeScalars.map { $0.value < 0x20 ? " " : String($0) }.joined()
            print("\(Self.mark) violation \(number) \(surface.name): \(words.prefix(2000))")
            fflush(nil)
        }
        self.counts[surface.name] = counts
    }

    /// What a single input is, for whoever replays it.
    private func show(_ input: FuzzInput, of surface: Surface) {
        print("\(Self.mark) show \(surface.name), \(input.size) bytes")
        for (index, part) in input.parts.enumerated() {
            let text = part.map { String(decoding: $0.prefix(4000), as: UTF8.self).debugDescription } ?? "none"
            print("\(Self.mark) show part \(index): \(text)")
        }
        fflush(nil)
    }
}

/// How many inputs came to what.
struct FuzzCounts: Sendable {
    var understood = 0
    var refused = 0
    var violations = 0
    /// Damaged inputs of topics and answers among them.
    var damaged = 0

    var all: Int { understood + refused + violations }

    init() {}

    /// Reads ``line``.
    init?(_ words: [Substring]) {
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == 4 else { return nil }
        (understood, refused, violations, damaged) = (numbers[0], numbers[1], numbers[2], numbers[3])
    }

    var line: String { "\(understood) \(refused) \(violations) \(damaged)" }

    mutating func add(_ verdict: Verdict) {
        switch verdict {
        case .understood: understood += 1
        case .refused: refused += 1
        }
    }

    static func += (left: inout FuzzCounts, right: FuzzCounts) {
        left.understood += right.understood
        left.refused += right.refused
        left.violations += right.violations
        left.damaged += right.damaged
    }
}
