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
    private let surfaces: [Surface]
    private let makers: [InputMaker]
    private let growth: Growth
    private var counts: [String: FuzzCounts] = [:]

    init(_ plan: FuzzPlan, process: Int, recorder: consuming FlightRecorder, surfaces: [Surface]) {
        self.plan = plan
        self.process = process
        self.recorder = recorder
        self.surfaces = surfaces
        growth = Growth(surfaces)
        makers = surfaces.map { InputMaker($0.seeds) }
    }

    /// Feeds everything from an input on.
    mutating func run(from start: Int) async {
        let end = ContinuousClock.now + .seconds(plan.seconds)
        for number in plan.inputs(of: process, long: growth.count) where number >= start {
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
        let (index, input) = input(number)
        let surface = surfaces[index]
        if plan.count == 1 { show(input, of: surface) }
        var counts = counts[surface.name] ?? FuzzCounts()
        do {
            let verdict = try await FuzzLimits.within(input, surface.effort) { try await surface.feed(input) }
            if plan.count == 1 { print("\(Self.mark) show \(verdict)") }
            counts.add(verdict)
        } catch {
            counts.violations += 1
            let words = "\(error)".unicodeScalars.map { $0.value < 0x20 ? " " : String($0) }.joined()
            print("\(Self.mark) violation \(number) \(surface.name): \(words.prefix(2000))")
            fflush(nil)
        }
        self.counts[surface.name] = counts
    }

    private func input(_ number: Int) -> (surface: Int, input: FuzzInput) {
        guard number < FuzzPlan.growth else { return growth[number - FuzzPlan.growth] }
        var random = SeededGenerator(seed: plan.seed, input: number)
        let index = random.below(surfaces.count)
        return (index, makers[index].input(&random))
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

    var all: Int { understood + refused + violations }

    init() {}

    /// Reads ``line``.
    init?(_ words: [Substring]) {
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == 3 else { return nil }
        (understood, refused, violations) = (numbers[0], numbers[1], numbers[2])
    }

    var line: String { "\(understood) \(refused) \(violations)" }

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
    }
}
