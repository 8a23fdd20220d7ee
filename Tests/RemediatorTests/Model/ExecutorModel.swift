import Cybereason
import JSON
import Model

@testable import Pipeline
@testable import Remediator

/// The protocol of the executor as the real fold, the real course and the real gate have it, in a world in which every
/// append, request and answer may come late or never, and a process may stop anywhere.
final class ExecutorModel {
    let setting: ModelSetting
    let rules: ExecutionRules
    let tree = LogTree()
    /// Whether no attempt begins after the setting's last.
    var isBounded = true

    init(_ setting: ModelSetting) {
        self.setting = setting
        var rules = ExecutionRules.testing
        rules.inFlightWindow = .seconds(1000 * setting.window)
        // Nothing may depend on how long ago the beginning was.
        rules.parkedLimit = .seconds(1_000_000_000)
        self.rules = rules
    }

    /// The request is accepted, and both instances know it.
    func begin() -> ModelWorld {
        var fact = LedgerFact(.accepted, of: ModelWorld.id, writer: "intake", at: ModelWorld.start)
        var request = RemediationRequest()
        request.initiatorUserName = "soar"
        request.malopId = setting.namesMalop ? "11.27" : nil
        let target = setting.action.isIsolation ? ModelWorld.machine : "t1"
        request.actionsByMachine = [
            ModelWorld.machine: [RemediationAction(targetId: target, actionType: setting.action)]
        ]
        fact.request = request
        fact.notAfter = setting.notAfter.map { ModelWorld.wall($0) }
        let log = tree.begin(with: fact, request: ModelWorld.id)
        return ModelWorld(setting, log: setting.hasOthers ? acceptOthers(log) : log, rules: rules)
    }

    /// What the whole log says of the request, whoever has read it.
    func truth(_ world: ModelWorld) -> LedgerRequest { tree.nodes[world.log].request }

    // MARK: - What can happen next

    func steps(_ world: ModelWorld) -> [ModelStep] {
        var steps = [ModelStep.tick]
        for index in world.flights.indices {
            steps.append(.land(index, isCopied: false))
            if world.copies > 0 { steps.append(.land(index, isCopied: true)) }
        }
        for index in world.posts.indices where world.posts[index].fate == .onItsWay {
            steps.append(.carryOut(index, isListed: true))
            if setting.lag != .none { steps.append(.carryOut(index, isListed: false)) }
        }
        for number in world.instances.indices { steps += self.steps(of: number, world) }
        if world.isHalted { steps.append(.resume) } else if world.halts > 0 { steps.append(.halt) }
        if setting.hasOthers, world.others < 2 { steps.append(world.others == 0 ? .spend : .refund) }
        return steps + decisions(world)
    }

    private func steps(of number: Int, _ world: ModelWorld) -> [ModelStep] {
        let instance = world.instances[number]
        var steps: [ModelStep] = world.crashes > 0 && instance.read != nil ? [.crash(number)] : []
        if instance.read != world.log { steps.append(.read(number)) }
        switch instance.activity {
        case .idle:
            // The two are alike, so one of them begins.
            guard instance.read != nil, number == 0 || world.hasBegun else { break }
            steps.append(.act(number, isRefused: false))
            if world.refusedLooks > 0 { steps.append(.act(number, isRefused: true)) }
        case .beforeGate: steps.append(.passGate(number))
        case .posting(_, let post):
            steps.append(.loseAnswer(number))
            switch world.posts[post].fate {
            case .carriedOut: steps.append(.answer(number))
            case .onItsWay: if world.proofs > 0 { steps += [.refuse(number), .fail(number)] }
            case .lost: break
            }
        case .appending, .intending, .recording: break
        }
        return steps
    }

    private func decisions(_ world: ModelWorld) -> [ModelStep] {
        var verbs: [DecisionVerb] = world.denials > 0 ? [.deny] : []
        if world.approvals > 0 { verbs.append(.approve) }
        return (verbs + resolutions(world)).map { .decide($0) }
    }

    private func resolutions(_ world: ModelWorld) -> [DecisionVerb] {
        guard world.decisions > 0, truth(world).phase == .parked else { return [] }
        var verbs = [DecisionVerb.giveUp]
        if world.posts.contains(where: \.wasCarriedOut) { verbs.append(.adopt) }
        if world.posts.allSatisfy({ $0.fate == .lost }) { verbs.append(.sendAgain) }
        return verbs
    }

    // MARK: - What it leads to

    /// The world after a step; nil if nothing changes by it.
    func world(after step: ModelStep, _ before: ModelWorld) -> ModelWorld? {
        var world = before
        switch step {
        case .tick: tick(&world)
        case .land(let index, let isCopied): land(index, isCopied: isCopied, &world)
        case .read(let number): read(number, &world)
        case .act(let number, let isRefused):
            guard act(number, isRefused: isRefused, &world) else { return nil }
            world.hasBegun = true
        case .passGate(let number): passGate(number, &world)
        case .carryOut(let post, let isListed):
            world.posts[post].fate = .carriedOut(isListed: isListed)
        case .answer(let number): answer(number, &world) { .submitted(self.report($0)) }
        case .loseAnswer(let number):
            answer(number, &world) { _ in .mayHaveRun(UncertainReason(.timeout, "no answer")) }
        case .refuse(let number): refuse(number, &world, .refused(Refusal(status: 400, words: "no")))
        case .fail(let number):
            refuse(number, &world, .notSent(NotSent(.connection, "no connection", retryAfter: nil)))
        case .crash(let number): crash(number, &world)
        case .halt: (world.isHalted, world.halts) = (true, world.halts - 1)
        case .resume: world.isHalted = false
        case .decide(let verb): decide(verb, &world)
        case .spend: others(.intent, &world)
        case .refund: others(.notSent, &world)
        }
        return world
    }

    /// What the console has not carried out for as long as the window, it never will; what it has, it lists.
    private func tick(_ world: inout ModelWorld) {
        world.time += 1
        for index in world.posts.indices where world.time >= world.posts[index].begun + setting.flight {
            switch world.posts[index].fate {
            case .onItsWay: world.posts[index].fate = .lost
            case .carriedOut(false) where setting.lag == .withinWindow:
                world.posts[index].fate = .carriedOut(isListed: true)
            default: break
            }
        }
    }

    private func land(_ index: Int, isCopied: Bool, _ world: inout ModelWorld) {
        let flight = world.flights.remove(at: index)
        world.log = tree.appending(flight.fact, to: world.log, request: ModelWorld.id)
        let depth = tree.nodes[world.log].depth
        if isCopied {
            world.copies -= 1
            world.log = tree.appending(flight.fact, to: world.log, request: ModelWorld.id)
        }
        for number in world.instances.indices where world.instances[number].writer == flight.writer {
            world.instances[number].activity.land(at: depth)
        }
    }

    private func crash(_ number: Int, _ world: inout ModelWorld) {
        world.hasBegun = true
        world.crashes -= 1
        world.instances[number] = .init(writer: world.writers, course: RequestCourse(rules: rules))
        world.writers += 1
    }

    /// What the console calls a request that has come to it.
    static func remediation(_ post: Int) -> String { "rem-\(post)" }
}

extension ModelWorld.Activity {
    /// What was on its way stands in the log.
    fileprivate mutating func land(at depth: Int) {
        switch self {
        case .appending(let kind, nil): self = .appending(kind: kind, at: depth)
        case .intending(let attempt, let begun, nil): self = .intending(attempt: attempt, begun: begun, at: depth)
        case .recording(let attempt, nil): self = .recording(attempt: attempt, at: depth)
        default: break
        }
    }
}
