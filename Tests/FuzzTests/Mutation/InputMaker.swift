/// Makes inputs of seeds: of one seed, a damaged one; of two, one of both. What it makes is none of the seeds.
struct InputMaker: Sendable {
    private let seeds: [FuzzInput]
    private let trees: [[Tree?]]
    /// Each of the seeds once.
    private let originals: [FuzzInput]

    init(_ seeds: [FuzzInput]) {
        self.seeds = seeds
        trees = seeds.map { $0.parts.map { $0.flatMap(Tree.init) } }
        originals = seeds.unique
    }

    func input(_ random: inout SeededGenerator) -> FuzzInput {
        let chosen = random.below(seeds.count)
        let other = seeds[random.below(seeds.count)]
        var input = seeds[chosen]
        for _ in 0...(random.oneIn(4) ? 1 : 0) { damage(&input, trees[chosen], with: other, &random) }
        // Now and then the damage is none, or makes another seed.
        while originals.contains(input) { damage(&input, trees[chosen], with: other, &random) }
        return input
    }

    private func damage(
        _ input: inout FuzzInput, _ trees: [Tree?], with other: FuzzInput, _ random: inout SeededGenerator
    ) {
        // The longest part has the most to say.
        let index = random.oneIn(3) ? random.below(input.parts.count) : longest(input)
        if random.oneIn(50) { return input.parts[index] = random.oneIn(2) ? nil : [] }
        if random.oneIn(30) { return input.parts[index] = other[index] }
        if let tree = trees[index], random.below(10) < 6 {
            var mutator = TreeMutator(random: random)
            var damaged = tree
            mutator.damage(&damaged)
            input.parts[index] = damaged.bytes
            random = mutator.random
            guard random.oneIn(10) else { return }
        }
        var mutator = ByteMutator(random: random)
        var bytes = input.parts[index] ?? []
        mutator.damage(&bytes, with: other[index] ?? [])
        input.parts[index] = bytes
        random = mutator.random
    }

    private func longest(_ input: FuzzInput) -> Int {
        input.parts.indices.max { (input[$0]?.count ?? 0) < (input[$1]?.count ?? 0) } ?? 0
    }
}
