import JSON

/// A JSON document in the open, so that it can be damaged in ways that bytes seldom hit upon.
indirect enum Tree: Sendable {
    case array([Tree])
    case object([(name: [UInt8], value: Tree)])

    /// A text, number, word, or what is meant to be one, as it is written.
    case leaf([UInt8])

    /// Nil if the bytes are no JSON.
    init?(_ bytes: [UInt8]) {
        let tree = try? withJSON(bytes) { root throws(JSONError) in Tree(root) }
        guard let tree else { return nil }
        self = tree
    }

    private init(_ value: JSONValue) {
        switch value.kind {
        case .array: self = .array(value.elements.map(Tree.init))
        case .object:
            self = .object(value.members.map { (Tree.quoted($0.key), Tree($0.value)) })
        default: self = .leaf(value.text().bytes)
        }
    }

    /// A text as JSON has it, with all that needs it escaped.
    static func quoted(_ text: String) -> [UInt8] {
        var writer = JSONWriter(capacity: text.utf8.count + 2)
        writer.value(text)
        return writer.finish()
    }

    func write(to bytes: inout [UInt8]) {
        switch self {
        case .leaf(let text): bytes += text
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += member.name
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    /// The tree itself and everything in it.
    var count: Int {
        switch self {
        case .leaf: 1
        case .array(let elements): elements.reduce(1) { $0 + $1.count }
        case .object(let members): members.reduce(1) { $0 + $1.value.count }
        }
    }

    /// The numbers of the nodes that are so.
    func places(_ isWanted: (Tree) -> Bool) -> [Int] {
        var (places, number) = ([Int](), 0)
        collect(isWanted, &places, &number)
        return places
    }

    private func collect(_ isWanted: (Tree) -> Bool, _ places: inout [Int], _ number: inout Int) {
        if isWanted(self) { places.append(number) }
        number += 1
        switch self {
        case .leaf: break
        case .array(let elements): for element in elements { element.collect(isWanted, &places, &number) }
        case .object(let members): for member in members { member.value.collect(isWanted, &places, &number) }
        }
    }

    /// Changes the node with this number, counted from the root in the order of the text.
    mutating func change(at place: Int, _ change: (inout Tree) -> Void) {
        var place = place
        visit(&place, change)
    }

    private mutating func visit(_ place: inout Int, _ change: (inout Tree) -> Void) {
        guard place >= 0 else { return }
        if place == 0 { change(&self) }
        place -= 1
        guard place >= 0 else { return }
        switch self {
        case .leaf: return
        case .array(var elements):
            for index in elements.indices where place >= 0 { elements[index].visit(&place, change) }
            self = .array(elements)
        case .object(var members):
            for index in members.indices where place >= 0 { members[index].value.visit(&place, change) }
            self = .object(members)
        }
    }
}
