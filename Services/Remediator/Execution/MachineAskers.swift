/// Which requests wait for an answer about which machines.
struct MachineAskers: Sendable {
    private var machines: [String: [String]] = [:]
    private var requests: [String: Set<String>] = [:]

    /// A request waits for an answer about these machines, and about no others.
    mutating func add(_ request: String, asking ids: [String]) {
        remove(request)
        machines[request] = ids
        for id in ids { requests[id, default: []].insert(request) }
    }

    /// A request waits for no answer any more.
    mutating func remove(_ request: String) {
        for id in machines.removeValue(forKey: request) ?? [] {
            requests[id]?.remove(request)
            if requests[id]?.isEmpty == true { requests[id] = nil }
        }
    }

    /// The requests that wait for an answer about one of these machines.
    func askers(of ids: [String]) -> Set<String> {
        ids.reduce(into: []) { $0.formUnion(requests[$1] ?? []) }
    }
}
