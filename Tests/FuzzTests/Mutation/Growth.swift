/// Each list and each object of the seeds in turn as long as it gets, of short elements that all differ: what takes time
/// with the square of their number is seen by that.
struct Growth: Sendable {
    /// Which node of which part of which seed.
    private struct Place: Sendable {
        let surface: Int
        let part: Int
        let node: Int
        let seed: FuzzInput
        /// Whether an element has nothing but what tells it from others.
        let isBare: Bool
    }

    private let places: [Place]

    /// Bytes of a part that has grown.
    private static let size = 150_000

    /// An object has so many keys at most.
    private static let mostKeys = 4000

    init(_ surfaces: [Surface]) {
        places = surfaces.enumerated().flatMap { index, surface in
            surface.seeds.unique.flatMap { Self.places(of: $0, index) }
        }
    }

    var count: Int { places.count }

    /// An input, and the surface that it is for.
    subscript(number: Int) -> (surface: Int, input: FuzzInput) {
        let place = places[number]
        var input = place.seed
        guard var tree = input[place.part].flatMap(Tree.init) else { return (place.surface, input) }
        tree.change(at: place.node) { $0 = Self.grown($0, isBare: place.isBare) }
        input.parts[place.part] = tree.bytes
        return (place.surface, input)
    }

    private static func places(of seed: FuzzInput, _ surface: Int) -> [Place] {
        seed.parts.indices.flatMap { part -> [Place] in
            guard let tree = seed[part].flatMap(Tree.init) else { return [] }
            return tree.places(\.holdsSomething).flatMap { node in
                [true, false].map { Place(surface: surface, part: part, node: node, seed: seed, isBare: $0) }
            }
        }
    }

    private static func grown(_ tree: Tree, isBare: Bool) -> Tree {
        switch tree {
        case .leaf: return tree
        case .array(let elements):
            let short = elements[0].shortened(isBare: isBare)
            return .array(elements + (0..<count(of: short)).map { short.numbered($0) })
        case .object(let members):
            let name = Tree.leaf(members[0].name)
            let short = members[0].value.shortened(isBare: isBare)
            let most = min(mostKeys, count(of: .array([name, short])))
            return .object(members + (0..<most).map { (name.numbered($0).bytes, short.numbered($0)) })
        }
    }

    private static func count(of element: Tree) -> Int { size / (element.bytes.count + 4) }
}

extension Tree {
    fileprivate var holdsSomething: Bool {
        switch self {
        case .leaf: false
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        }
    }

    /// An element with little more than what tells it from others; bare, with one such member alone.
    fileprivate func shortened(isBare: Bool) -> Tree {
        guard case .object(let members) = self, !members.isEmpty else { return self }
        let telling = members.filter { member in
            let name = String(decoding: member.name, as: UTF8.self).lowercased()
            return ["id\"", "type\"", "status\"", "key\"", "indicator\""].contains { name.hasSuffix($0) }
        }
        let named = telling.filter { String(decoding: $0.name, as: UTF8.self).lowercased().hasSuffix("id\"") }
        let kept = isBare ? (named.isEmpty ? members : named).prefix(1) : (telling.isEmpty ? members : telling)[...]
        return .object(kept.map { ($0.name, $0.value.shortened(isBare: isBare)) })
    }
}
