internal import JSON
internal import PlatformIDs

/// What was sent within the last hour, by the log's clock, as far as caps count it: actions, and on which machines.
///
/// It counts by minutes, so that it stays small however much is sent: what was sent counts until an hour after the end of
/// its minute.
struct Spending: Sendable {
    private static let minute: Int64 = 60_000
    private static let hour = 60 * minute

    /// Actions by machine, by the minute in which they were sent.
    private var minutes: [Int64: [PlatformID.Key: Int]] = [:]
    /// The same over all minutes.
    private var machines: [PlatformID.Key: Int] = [:]
    private var total = 0

    /// Counts what is sent.
    mutating func spend(_ targets: [ActionTarget], at time: Timestamp) {
        forget(before: time)
        for target in targets { add(1, on: PlatformID.Key(target.machineId), in: Self.minute(of: time)) }
    }

    /// Takes back what was counted and provably not sent.
    mutating func refund(_ targets: [ActionTarget], from time: Timestamp) {
        let minute = Self.minute(of: time)
        for target in targets {
            let machine = PlatformID.Key(target.machineId)
            guard minutes[minute]?[machine] != nil else { continue }
            add(-1, on: machine, in: minute)
        }
    }

    /// Which cap stands in the way of a further request; nil if none does.
    ///
    /// - Parameter ahead: What older requests ask for, which counts as sent.
    func excess(
        of targets: [ActionTarget], behind ahead: RoomQueue.Ahead = .init(), under caps: RateCaps, at time: Timestamp
    ) -> Ledger.Excess? {
        // What caps do not count finds room also where a new policy has lowered one below what was sent.
        guard !targets.isEmpty else { return nil }
        let counted = isOutdated(at: time) ? current(at: time) : self
        return counted.excess(of: targets, behind: ahead, under: caps)
    }

    private func excess(
        of targets: [ActionTarget], behind ahead: RoomQueue.Ahead, under caps: RateCaps
    ) -> Ledger.Excess? {
        let until = Timestamp(milliseconds: ((minutes.keys.min() ?? 0) + 1) * Self.minute + Self.hour)
        let asked = Dictionary(grouping: targets) { PlatformID.Key($0.machineId) }
        if let cap = caps.actionsPerMachineAndHour {
            for (machine, actions) in asked.sorted(by: { $0.value[0] < $1.value[0] }) {
                let (sent, older) = (machines[machine] ?? 0, ahead.actions[machine] ?? 0)
                guard sent + older + actions.count > cap else { continue }
                let words = Self.words(sent, "actions on \(actions[0].machineId)", older, actions.count, cap)
                return Ledger.Excess(reason: .machineHourCap, words: words, until: until)
            }
        }
        if let cap = caps.machinesPerHour {
            let further = asked.keys.count { machines[$0] == nil }
            let older = ahead.machines.count { machines[$0] == nil && asked[$0] == nil }
            if further > 0, machines.count + older + further > cap {
                let words = Self.words(machines.count, "machines", older, further, cap)
                return Ledger.Excess(reason: .machinesHourCap, words: words, until: until)
            }
        }
        if let cap = caps.actionsPerHour, total + ahead.total + targets.count > cap {
            return Ledger.Excess(
                reason: .hourCap, words: Self.words(total, "actions", ahead.total, targets.count, cap), until: until)
        }
        return nil
    }

    private static func words(_ sent: Int, _ what: String, _ older: Int, _ asked: Int, _ cap: Int) -> String {
        let waiting = older > 0 ? "\(older) more waited for by older requests, " : ""
        return "\(sent) \(what) within the hour, \(waiting)\(asked) more asked for, and the policy allows \(cap)"
    }

    // MARK: - The hour

    private static func minute(of time: Timestamp) -> Int64 { time.milliseconds / minute }

    private static func isOver(_ minute: Int64, at time: Timestamp) -> Bool {
        (minute + 1) * Self.minute + hour <= time.milliseconds
    }

    private func isOutdated(at time: Timestamp) -> Bool { minutes.keys.contains { Self.isOver($0, at: time) } }

    private func current(at time: Timestamp) -> Spending {
        var copy = self
        copy.forget(before: time)
        return copy
    }

    private mutating func forget(before time: Timestamp) {
        for (minute, spent) in minutes where Self.isOver(minute, at: time) {
            for (machine, count) in spent { add(-count, on: machine, in: minute) }
        }
    }

    private mutating func add(_ count: Int, on machine: PlatformID.Key, in minute: Int64) {
        Self.add(count, on: machine, to: &minutes[minute, default: [:]])
        if minutes[minute]?.isEmpty == true { minutes[minute] = nil }
        Self.add(count, on: machine, to: &machines)
        total += count
    }

    private static func add(_ count: Int, on machine: PlatformID.Key, to counts: inout [PlatformID.Key: Int]) {
        let sum = counts[machine, default: 0] + count
        counts[machine] = sum > 0 ? sum : nil
    }
}
