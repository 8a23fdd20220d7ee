internal import Model

/// How much at once.
extension PolicyReader {
    /// No team has so many machines that a larger cap would hold anything.
    private static let largestCap = 1_000_000

    mutating func readCaps(_ node: YAMLNode) {
        let keys = [
            "actionsPerRequest", "actionsPerMachine", "actionsPerMachineAndHour", "machinesPerHour", "actionsPerHour",
        ]
        guard checkKeys(of: node, "caps", allowed: keys) else { return }
        let standard = ResponseCaps.standard
        policy.caps.actionsPerRequest = cap(node, keys[0], standard.actionsPerRequest)
        policy.caps.actionsPerMachine = cap(node, keys[1], standard.actionsPerMachine)
        policy.caps.rates.actionsPerMachineAndHour = cap(node, keys[2], standard.rates.actionsPerMachineAndHour)
        policy.caps.rates.machinesPerHour = cap(node, keys[3], standard.rates.machinesPerHour)
        policy.caps.rates.actionsPerHour = cap(node, keys[4], standard.rates.actionsPerHour)
        checkRoom(node, keys[0], policy.caps.actionsPerRequest, keys[4], policy.caps.rates.actionsPerHour)
        checkRoom(node, keys[1], policy.caps.actionsPerMachine, keys[2], policy.caps.rates.actionsPerMachineAndHour)
    }

    private mutating func cap(_ node: YAMLNode, _ name: String, _ standard: Int?) -> Int? {
        guard let node = node[name] else { return standard }
        if case .scalar("unlimited", _) = node.content { return nil }
        if case .scalar(let text, isPlain: true) = node.content, text.utf8.allSatisfy({ $0 &- 0x30 < 10 }),
            let number = Int(text), (1...Self.largestCap).contains(number)
        {
            return number
        }
        note(
            node.line, "caps.\(name)",
            "\(Self.quoted(node)) is no cap; a whole number from 1 to \(Self.largestCap), or unlimited")
        return standard
    }

    /// A request that is not too large must find room at some time.
    private mutating func checkRoom(
        _ node: YAMLNode, _ sizeName: String, _ size: Int?, _ rateName: String, _ rate: Int?
    ) {
        guard let line = node[rateName]?.line, node[sizeName] != nil, let size, let rate, rate < size else { return }
        note(
            line, "caps.\(rateName)",
            "\(rate) is less than \(sizeName) (\(size)): a request in between could never be sent")
    }
}
