/// Decides which waiting transfer may start: first come, first served, within a limit in all and a limit per origin.
struct AdmissionQueue: Sendable {
    private struct Origin {
        var active = 0
        /// Identifiers in rising order, which is the order of arrival; cancelled ones stay until they would be next.
        var waiting: [UInt64] = []
        var head = 0

        var next: UInt64? { head < waiting.count ? waiting[head] : nil }
        var isUnused: Bool { active == 0 && next == nil }

        mutating func removeNext() {
            head += 1
            if head > 64, head * 2 > waiting.count {
                waiting.removeFirst(head)
                head = 0
            }
        }
    }

    private let limit: Int
    private let limitPerOrigin: Int
    private var active = 0
    private var origins: [String: Origin] = [:]

    init(limit: Int, limitPerOrigin: Int) {
        self.limit = limit
        self.limitPerOrigin = limitPerOrigin
    }

    /// Adds a transfer; identifiers must rise.
    mutating func enqueue(_ id: UInt64, origin: String) {
        origins[origin, default: Origin()].waiting.append(id)
    }

    /// The transfer that has waited longest of those that may start, now counted as active; nil when none may.
    /// - Parameter isWaiting: False for a transfer that was given up meanwhile; it is dropped.
    mutating func admit(where isWaiting: (UInt64) -> Bool) -> UInt64? {
        guard active < limit else { return nil }
        var chosen: (origin: String, id: UInt64)?
        for name in origins.keys {
            while let id = origins[name]?.next, !isWaiting(id) { origins[name]?.removeNext() }
            forgetIfUnused(name)
            guard let origin = origins[name], origin.active < limitPerOrigin, let id = origin.next else { continue }
            if id < chosen?.id ?? .max { chosen = (name, id) }
        }
        guard let chosen else { return nil }
        origins[chosen.origin]?.removeNext()
        origins[chosen.origin]?.active += 1
        active += 1
        return chosen.id
    }

    /// Gives back the place of a transfer that was admitted.
    mutating func release(origin: String) {
        active -= 1
        origins[origin]?.active -= 1
        forgetIfUnused(origin)
    }

    /// How many origins have transfers, waiting or active.
    var originCount: Int { origins.count }

    /// Else a client that talks to ever new servers would grow.
    private mutating func forgetIfUnused(_ origin: String) {
        if origins[origin]?.isUnused ?? false { origins[origin] = nil }
    }
}
