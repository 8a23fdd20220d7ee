import JSON

/// Everything that is going to happen, from the seed alone; only times of day are counted from the beginning.
struct ChaosPlan: Sendable {
    let world: ChaosWorld
    let requests: RequestPlan
    let strikes: StrikePlan
    let faults: FaultPlan

    init(_ options: ChaosOptions, begin: Timestamp) {
        var random = SeededGenerator(seed: options.seed)
        world = ChaosWorld(options, &random)
        requests = RequestPlan(options, world, begin: begin, &random)
        strikes = StrikePlan(options, &random)
        faults = FaultPlan(seed: options.seed)
    }
}
