/// The records of one partition that were handed out, and which of them are completed: the offset up to which all are.
///
/// Offsets rise but have gaps, where compaction removed records or transactions left their marks.
struct PartitionWatermark: Sendable {
    private struct Slot {
        let offset: Int64
        let bytes: Int
        let since: ContinuousClock.Instant
        var isDone = false
    }

    private var slots: [Slot] = []
    private var head = 0

    /// The offset to commit: the one after the last record before which everything is completed.
    private(set) var committable: Int64?
    /// What the group has taken from us.
    private(set) var committed: Int64?

    /// Records that are not completed.
    private(set) var inFlight = 0
    /// Their memory in bytes.
    private(set) var inFlightBytes = 0

    /// How many records stand between the watermark and the newest one.
    var spread: Int { slots.count - head }
    /// When the oldest record that is not completed was handed out.
    var oldest: ContinuousClock.Instant? { head < slots.count ? slots[head].since : nil }
    /// The offset of the first record that is not completed: handed out, or the next one to come. Nil before the first.
    var position: Int64? { head < slots.count ? slots[head].offset : committable }
    /// What is still to be committed.
    var uncommitted: Int64? { committable == committed ? nil : committable }

    /// Notes a record that is handed out; they come in the order of their offsets. True if they have gone back: then
    /// completions of what was handed out before mean other records.
    @discardableResult
    mutating func handOut(_ offset: Int64, bytes: Int, at now: ContinuousClock.Instant) -> Bool {
        var isRestart = false
        if let newest = slots.last?.offset ?? committable.map({ $0 - 1 }), offset <= newest {
            // The log was cut or made anew, or librdkafka went back (it may after a change of leader): count from here.
            // What was in flight comes again.
            self = PartitionWatermark()
            isRestart = true
        }
        slots.append(Slot(offset: offset, bytes: bytes, since: now))
        inFlight += 1
        inFlightBytes += bytes
        return isRestart
    }

    /// Notes that a record is completed; says whether it was in flight.
    mutating func complete(_ offset: Int64) -> Bool {
        guard let index = index(of: offset), !slots[index].isDone else { return false }
        slots[index].isDone = true
        inFlight -= 1
        inFlightBytes -= slots[index].bytes
        advance()
        return true
    }

    /// Notes that the group has taken an offset.
    mutating func commit(_ offset: Int64) {
        committed = offset
    }

    private mutating func advance() {
        while head < slots.count, slots[head].isDone {
            committable = slots[head].offset + 1
            head += 1
        }
        if head == slots.count || head >= 1024 && head * 2 >= slots.count {
            slots.removeFirst(head)
            head = 0
        }
    }

    private func index(of offset: Int64) -> Int? {
        var low = head
        var high = slots.count
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low < slots.count && slots[low].offset == offset ? low : nil
    }
}
