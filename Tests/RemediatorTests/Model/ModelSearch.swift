import Model

@testable import Remediator

/// A state that must not be, and the shortest way to it.
struct ModelViolation: Sendable, CustomStringConvertible {
    let words: String
    let trace: [String]

    var description: String { words + "\n" + trace.enumerated().map { "  \($0 + 1). \($1)" }.joined(separator: "\n") }
}

/// Searches everything that can happen in a model, breadth first, and checks each state that it comes to.
struct ModelSearch {
    private struct Origin {
        let parent: Int
        let step: ModelStep?
    }

    private let model: ExecutorModel
    private var origins: [Origin] = []
    private var known: Set<Int> = []
    /// Worlds from which an end is reached, though but one instance goes on.
    private var hopeful: [Set<Int>]

    /// The states that were searched.
    private(set) var states = 0
    /// Whether there are no others within the setting's bounds.
    private(set) var isExhaustive = false
    /// How the request stood at last, and how often; and what was met on the way.
    private(set) var reached: [String: Int] = [:]

    /// Where the setting should come to, and has not.
    var unreached: [String] { model.setting.reaches.subtracting(reached.keys).sorted() }

    init(_ setting: ModelSetting) {
        model = ExecutorModel(setting)
        hopeful = Array(repeating: [], count: setting.instances)
    }

    /// Searches until a state breaks a law, or there is none left.
    mutating func run() -> ModelViolation? {
        let first = model.begin()
        known.insert(first.projection(model.setting, model.tree))
        origins.append(Origin(parent: -1, step: nil))
        var frontier = [(world: first, origin: 0)]
        while !frontier.isEmpty {
            var next: [(world: ModelWorld, origin: Int)] = []
            for (world, origin) in frontier {
                states += 1
                for step in model.steps(world) {
                    guard let after = model.world(after: step, world) else { continue }
                    guard known.insert(after.projection(model.setting, model.tree)).inserted else { continue }
                    origins.append(Origin(parent: origin, step: step))
                    if let words = fault(of: after, after: world) { return violation(words, origins.count - 1) }
                    next.append((after, origins.count - 1))
                }
                if states >= model.setting.mostStates { return nil }
            }
            frontier = next
        }
        isExhaustive = true
        return nil
    }

    /// Goes far instead of everywhere: one thing after another as chance has it, again and again from the beginning.
    ///
    /// - Returns: The first violation, with a way to it that is not the shortest.
    mutating func wander(_ walks: Int, steps: Int, seed: UInt64) -> ModelViolation? {
        var random = SeededNumbers(state: seed)
        for _ in 0..<walks {
            var world = model.begin()
            var trace: [String] = []
            for _ in 0..<steps {
                // Time passes more seldom than anything else happens.
                let possible = model.steps(world).filter { $0 != .tick || random.below(4) == 0 }
                guard !possible.isEmpty else { continue }
                let step = possible[random.below(possible.count)]
                guard let after = model.world(after: step, world) else { continue }
                trace.append(step.description)
                if known.insert(after.projection(model.setting, model.tree)).inserted {
                    states += 1
                    if let words = fault(of: after, after: world) {
                        return ModelViolation(words: "\(model.setting.name): \(words)", trace: trace)
                    }
                }
                world = after
            }
        }
        return nil
    }

    private func violation(_ words: String, _ origin: Int) -> ModelViolation {
        var trace: [String] = []
        var place = origin
        while let step = origins[place].step {
            trace.append(step.description)
            place = origins[place].parent
        }
        return ModelViolation(words: "\(model.setting.name): \(words)", trace: trace.reversed())
    }

    // MARK: - The laws

    private mutating func fault(of world: ModelWorld, after before: ModelWorld) -> String? {
        let truth = model.truth(world)
        reached[truth.end.map { $0.state.rawValue } ?? truth.phase.rawValue, default: 0] += 1
        if truth.excess != nil, truth.phase == .intent { reached["over a cap", default: 0] += 1 }
        if truth.denial != nil, truth.phase == .intent { reached["denied on its way", default: 0] += 1 }
        let words = doubled(world) ?? untrue(truth, world)
        if let words = words ?? model.unguarded(world, after: before) { return words }
        if let end = model.truth(before).end, end != truth.end { return "an end has changed" }
        for number in world.instances.indices where model.setting.searchesHope {
            if let words = hopeless(world, but: number) { return words }
        }
        return nil
    }

    /// The console carries out a request once. Only where its list may keep from us for ever what it has done, and where
    /// twice does no harm, twice.
    private func doubled(_ world: ModelWorld) -> String? {
        let carriedOut = world.posts.count(where: \.wasCarriedOut)
        let isBorne = model.setting.mayBeTwice && model.setting.action.isRepeatable
        let most = model.setting.lag == .withoutEnd && isBorne ? 2 : 1
        if carriedOut > most { return "carried out \(carriedOut) times" }
        let attempts = world.posts.map(\.attempt)
        return Set(attempts).count == attempts.count ? nil : "an attempt is sent twice"
    }

    /// What the log says is so.
    private func untrue(_ truth: LedgerRequest, _ world: ModelWorld) -> String? {
        let carriedOut = world.posts.indices.filter { world.posts[$0].wasCarriedOut }
        if let id = truth.remediationId, !carriedOut.map(ExecutorModel.remediation).contains(id) {
            return "\(id) is taken for ours"
        }
        guard let end = truth.end, model.setting.lag != .withoutEnd else { return nil }
        switch end.state {
        case .expired, .refused, .denied, .observed:
            return carriedOut.isEmpty ? nil : "\(end.state) and carried out"
        case .succeeded: return carriedOut.isEmpty ? "\(end.state) and not carried out" : nil
        default: return nil
        }
    }

    // MARK: - Hope

    /// From every state an end, the console's id or a person's desk is reached, though the other instance stands still for
    /// ever and what it has written never comes to the log. There is room under the cap sooner or later.
    private mutating func hopeless(_ world: ModelWorld, but number: Int) -> String? {
        model.isBounded = false
        defer { model.isBounded = true }
        var world = world
        var way: [Int] = []
        for _ in 0..<200 {
            let place = world.projection(model.setting, model.tree)
            if hopeful[number].contains(place) || isSettled(world) {
                hopeful[number].formUnion(way + [place])
                return nil
            }
            way.append(place)
            guard let next = advance(world, number) else { return "no way on for \(ExecutorModel.name(number))" }
            world = next
        }
        return "no end for \(ExecutorModel.name(number))"
    }

    private func isSettled(_ world: ModelWorld) -> Bool {
        let truth = model.truth(world)
        let waitsForPerson = truth.phase == .held && truth.reason == .approvalRequired && truth.approvals.isEmpty
        return waitsForPerson || [.ended, .submitted, .parked].contains(truth.phase)
    }

    /// The next of what must happen sooner or later; of answers, none ever comes.
    private func advance(_ world: ModelWorld, _ number: Int) -> ModelWorld? {
        let instance = world.instances[number]
        var steps: [ModelStep] = world.isHalted ? [.resume] : []
        if world.others == 1 { steps.append(.refund) }
        if let own = world.flights.firstIndex(where: { $0.writer == instance.writer }) {
            steps.append(.land(own, isCopied: false))
        }
        if instance.read != world.log { steps.append(.read(number)) }
        switch instance.activity {
        case .idle: if instance.read == world.log { steps.append(.act(number, isRefused: false)) }
        case .beforeGate: steps.append(.passGate(number))
        case .posting: steps.append(.loseAnswer(number))
        case .appending, .intending, .recording: break
        }
        for step in steps + [.tick] {
            if let next = model.world(after: step, world) { return next }
        }
        return nil
    }
}

/// Numbers that follow from a seed alone (SplitMix64).
private struct SeededNumbers {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }
}
