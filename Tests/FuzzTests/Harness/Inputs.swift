/// The inputs of a run, each made of its number alone, so that any can be fed again without those before it.
///
/// Of five numbers, four are damaged inputs of topics and of the platform's answers. The fifth is by turns one as it
/// really comes, each in its turn, and a damaged one of whatever else is read.
struct Inputs: Sendable {
    enum Kind: Sendable {
        /// Damaged, for a topic or in place of an answer: what a run counts.
        case damaged
        /// As it really comes: it must be understood, every time.
        case whole
        /// Damaged, for what is neither topic nor answer.
        case besides
        /// With a very long list.
        case grown
    }

    struct Item: Sendable {
        let surface: Surface
        let input: FuzzInput
        let kind: Kind
    }

    private let seed: UInt64
    private let surfaces: [Surface]
    private let makers: [InputMaker]
    private let growth: Growth
    private let whole: [(surface: Int, input: FuzzInput)]
    /// The surfaces of topics and answers, and the others.
    private let counted: [Int]
    private let others: [Int]

    init(_ surfaces: [Surface], seed: UInt64) {
        self.seed = seed
        self.surfaces = surfaces
        makers = surfaces.map { InputMaker($0.seeds) }
        growth = Growth(surfaces)
        whole = surfaces.enumerated().flatMap { index, surface in surface.whole.map { (index, $0) } }
        counted = surfaces.indices.filter { surfaces[$0].origin != .elsewhere }
        others = surfaces.indices.filter { surfaces[$0].origin == .elsewhere }
    }

    /// How many very long ones there are.
    var long: Int { growth.count }

    /// Whether a number is one of a damaged input of a topic or an answer.
    static func isCounted(_ number: Int) -> Bool { number % 5 != 4 }

    subscript(number: Int) -> Item {
        if number >= FuzzPlan.growth {
            let (surface, input) = growth[number - FuzzPlan.growth]
            return Item(surface: surfaces[surface], input: input, kind: .grown)
        }
        if Self.isCounted(number) { return damaged(number, counted, .damaged) }
        let turn = number / 5
        if turn % 2 == 0, !whole.isEmpty {
            let (surface, input) = whole[turn / 2 % whole.count]
            return Item(surface: surfaces[surface], input: input, kind: .whole)
        }
        return damaged(number, others.isEmpty ? counted : others, .besides)
    }

    private func damaged(_ number: Int, _ choices: [Int], _ kind: Kind) -> Item {
        var random = SeededGenerator(seed: seed, input: number)
        let index = random.pick(choices)
        return Item(surface: surfaces[index], input: makers[index].input(&random), kind: kind)
    }
}
