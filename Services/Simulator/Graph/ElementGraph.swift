/// All elements that the console knows, in the order in which they appeared.
struct ElementGraph: Sendable {
    private var elements: [ElementID: Element] = [:]
    private var order: [String: [ElementID]] = [:]

    subscript(_ id: ElementID) -> Element? { elements[id] }

    /// The element of that type and id; the id may be in either encoding.
    func element(_ type: String, _ guid: String) -> Element? { elements[ElementID(type, GUID(guid))] }

    /// All elements of a type, oldest first.
    func all(_ type: String) -> [Element] { (order[type] ?? []).compactMap { elements[$0] } }

    func contains(type: String) -> Bool { order[type] != nil }

    mutating func insert(_ element: Element) {
        if elements.updateValue(element, forKey: element.id) == nil {
            order[element.type, default: []].append(element.id)
        }
    }

    mutating func remove(_ id: ElementID) {
        guard elements.removeValue(forKey: id) != nil else { return }
        order[id.type]?.removeAll { $0 == id }
    }

    /// Changes an element; nothing happens if it isn't there.
    mutating func update(_ id: ElementID, _ change: (inout Element) -> Void) {
        guard var element = elements[id] else { return }
        change(&element)
        elements[id] = element
    }

    /// The machine that an element lives on, or the element itself if it is a machine.
    func machine(of element: Element) -> Element? {
        if element.type == "Machine" { return element }
        return element.link("ownerMachine").flatMap { elements[$0] }
    }

    func machine(pylumID: String) -> Element? {
        all("Machine").first { $0.first("pylumId") == pylumID }
    }
}
