internal import JSON
internal import PlatformIDs

/// The requests that wait for room under a cap, oldest first.
///
/// What they ask for counts as taken for everyone who came later: otherwise whoever comes at the right moment would take
/// every place that becomes free, and a request of many actions would never find enough of them.
struct RoomQueue: Sendable {
    /// What older requests ask for. Each counts against the cap that it waits for alone: what waits for room on one machine
    /// must not keep others from all of them.
    struct Ahead {
        /// Actions by machine, of those that wait for the cap on a machine.
        var actions: [PlatformID.Key: Int] = [:]
        /// Of those that wait for the cap on machines.
        var machines: Set<PlatformID.Key> = []
        /// Actions of those that wait for the cap on all actions.
        var total = 0
    }

    private struct Place: Comparable {
        let acceptedAt: Timestamp
        let id: String

        static func < (one: Place, other: Place) -> Bool {
            (one.acceptedAt, one.id) < (other.acceptedAt, other.id)
        }
    }

    private struct Waiting {
        let place: Place
        let reason: Reason
        let notAfter: Timestamp?
        let actions: [PlatformID.Key: Int]
        let total: Int
    }

    private var queue: [Waiting] = []
    private var places: [String: Place] = [:]

    /// Takes note of what has become of a request.
    ///
    /// - Parameter targets: What of it caps count.
    mutating func note(_ request: LedgerRequest, _ targets: [ActionTarget]) {
        leave(request.id)
        guard request.phase == .held || request.phase == .notSent, let reason = request.reason, reason.isRateCap else {
            return
        }
        let place = Place(acceptedAt: request.acceptedAt, id: request.id)
        let actions = Dictionary(targets.map { (PlatformID.Key($0.machineId), 1) }, uniquingKeysWith: +)
        let waiting = Waiting(
            place: place, reason: reason, notAfter: request.notAfter, actions: actions, total: targets.count)
        queue.insert(waiting, at: index(of: place))
        places[request.id] = place
    }

    /// The request waits no more.
    mutating func leave(_ id: String) {
        guard let place = places.removeValue(forKey: id) else { return }
        queue.remove(at: index(of: place))
    }

    /// What those ask for that are older than a request, and whose time has not passed.
    func ahead(of request: LedgerRequest, at time: Timestamp) -> Ahead {
        var ahead = Ahead()
        let end = index(of: Place(acceptedAt: request.acceptedAt, id: request.id))
        for waiting in queue[..<end] where waiting.notAfter.map({ $0 > time }) ?? true {
            switch waiting.reason {
            case .machineHourCap: ahead.actions.merge(waiting.actions, uniquingKeysWith: +)
            case .machinesHourCap: ahead.machines.formUnion(waiting.actions.keys)
            default: ahead.total += waiting.total
            }
        }
        return ahead
    }

    /// Where the first one is that is not before this place.
    private func index(of place: Place) -> Int {
        var (low, high) = (0, queue.count)
        while low < high {
            let middle = (low + high) / 2
            if queue[middle].place < place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
