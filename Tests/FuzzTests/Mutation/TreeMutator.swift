/// Damages documents as one who knows JSON and the messages would.
struct TreeMutator {
    var random: SeededGenerator

    /// What stands in the place of a value: edges of numbers, words of no language, times beyond all calendars.
    private static let leaves: [[UInt8]] = [
        "null", "true", "false", "0", "-0", "-1", "1", "2", "1e3", "0.5", "1e308", "-1e308", "1e999", "NaN", "Infinity",
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551616",
        "99999999999999999999999999999999999999", "4294967296", "253402300799999", "253402300800000", "-62167219200001",
        "1e18", "0x10", "01", "+1", "''", #""""#, #"" ""#, #""\u0000""#, #""\ud800""#, #""\udc00\ud800""#, #""\uFFFF""#,
        #""\ud83d\ude00""#, #""true""#, #""0""#, #""-1""#, #""null""#, #""9223372036854775807""#, #""NOPE""#,
        #""Ä\n\t/""#,
        #""9999-12-31T23:59:59.999Z""#, #""0000-01-01T00:00:00Z""#, #""-0001-01-01T00:00:00Z""#,
        #""2026-02-30T00:00:00Z""#, #""2026-11-22T10:00:60Z""#, #""2026-11-22T10:00:00+23:59""#,
        #""1970-01-01T00:00:00Z""#,
        #""2026-11-22T10:00:00.999999999999999999Z""#, #""10000-01-01T00:00:00Z""#, #""tomorrow""#,
        #""../../etc/passwd""#,
        #""SUCCESS""#, #""PENDING""#, #""SUCCEEDED""#, #""ACCEPTED""#, #""INTENT""#, #""ENDED""#, #""KILL_PROCESS""#,
        #""<script>alert(1)</script>""#, #""a/b/c/d/e/f""#,
        #""00-00000000000000000000000000000000-0000000000000000-00""#,
        "[]", "{}", "[null]", "[[]]", #"[""]"#, #"{"":null}"#, #"{"a":{"a":{"a":{}}}}"#, "tru", "nul", "",
    ].map { Array($0.utf8) }

    init(random: SeededGenerator) { self.random = random }

    mutating func damage(_ tree: inout Tree) {
        for _ in 0...random.below(3) {
            let place = random.below(tree.count)
            tree.change(at: place) { node in damage(node: &node) }
        }
    }

    private mutating func damage(node: inout Tree) {
        if random.oneIn(3) { return node = replacement }
        switch node {
        case .leaf(let text): node = leaf(text)
        case .array(var elements):
            damage(&elements)
            node = .array(elements)
        case .object(var members):
            damage(&members)
            node = .object(members)
        }
    }

    private mutating func damage(_ elements: inout [Tree]) {
        guard let element = elements.isEmpty ? nil : random.pick(elements) else { return elements.append(replacement) }
        switch random.below(7) {
        case 0: elements.remove(at: random.below(elements.count))
        case 1: elements.append(element)
        case 2: elements = []
        case 3: elements.insert(replacement, at: random.below(elements.count))
        case 4: elements.reverse()
        case 5: elements.append(.array(elements))
        default: grow(&elements, element)
        }
    }

    /// Rarely very long: with the same element, or with ones that differ in every text, so that nothing falls together.
    private mutating func grow(_ elements: inout [Tree], _ element: Tree) {
        let most = random.oneIn(20) ? 300 : 8
        let differs = random.oneIn(2)
        for number in 0..<(1 + random.below(most)) { elements.append(differs ? element.numbered(number) : element) }
    }

    private mutating func damage(_ members: inout [(name: [UInt8], value: Tree)]) {
        guard let member = members.isEmpty ? nil : random.pick(members) else {
            return members.append((Array(#""x""#.utf8), replacement))
        }
        let index = random.below(members.count)
        switch random.below(9) {
        case 0, 1: members.remove(at: index)
        case 2: members.append(member)
        case 3: members[index].value = member.value
        case 4: members.append((Array(#""unknown""#.utf8), replacement))
        case 5: members[index].name = random.pick(Self.leaves)
        case 6: members = []
        case 7: members.swapAt(index, random.below(members.count))
        default:
            let most = random.oneIn(20) ? 300 : 8
            for number in 0..<(1 + random.below(most)) {
                members.append((Tree.leaf(member.name).numbered(number).bytes, member.value.numbered(number)))
            }
        }
    }

    private mutating func leaf(_ text: [UInt8]) -> Tree {
        guard text.count > 2, text.first == UInt8(ascii: #"""#), !random.oneIn(3) else { return replacement }
        let inner = Array(text.dropFirst().dropLast())
        let longer: [UInt8]
        switch random.below(4) {
        case 0: longer = inner + inner
        case 1: longer = Array(inner.dropLast(1 + random.below(inner.count)))
        case 2: longer = inner.map { $0 ^ 0x20 }
        default:
            let length = random.oneIn(40) ? 1 << 17 : 300
            longer = inner + Array(repeating: UInt8(ascii: "x"), count: random.below(length))
        }
        return .leaf([UInt8(ascii: #"""#)] + longer + [UInt8(ascii: #"""#)])
    }

    private var replacement: Tree {
        mutating get {
            guard random.oneIn(25) else { return .leaf(random.pick(Self.leaves)) }
            var nest = Tree.leaf(random.pick(Self.leaves))
            let isObject = random.oneIn(2)
            for _ in 0..<(20 + random.below(random.oneIn(5) ? 1200 : 60)) {
                nest = isObject ? .object([(Array(#""a""#.utf8), nest)]) : .array([nest])
            }
            return nest
        }
    }
}

extension Tree {
    /// The same with a number at the end of every text.
    func numbered(_ number: Int) -> Tree {
        switch self {
        case .leaf(let text):
            guard text.last == UInt8(ascii: #"""#), text.count > 1 else { return self }
            return .leaf(text.dropLast() + Array("\(number)\"".utf8))
        case .array(let elements): return .array(elements.map { $0.numbered(number) })
        case .object(let members): return .object(members.map { ($0.name, $0.value.numbered(number)) })
        }
    }
}
