public import JSON
public import Kafka
public import Model

extension KafkaRecord {
    /// The mark of a replayed record; nil for one that is none.
    ///
    /// Whoever may write to the topic may write any mark. So one is believed only where it names an earlier record of the
    /// same partition: a copy can neither take the place of a record that is still to come, nor pass for one that would be
    /// newer than all that follow. And nothing is gained by naming another's record: a request's id is made of its bytes
    /// too, so that it is either that very request, which is known, or another.
    ///
    /// - Throws: ``Unusable`` for a mark that cannot be read or believed. To take such a record for a new one could do twice
    ///   what its first has done.
    public func replayMark() throws(Unusable) -> ReplayMark? {
        let values = headers.filter { $0.name == ReplayMark.headerName }.map(\.value)
        guard let value = values.first else { return nil }
        guard values.count == 1 else { throw Self.unbelievable("is there \(values.count) times") }
        guard value.count <= ReplayMark.longestValue else { throw Self.unbelievable("is \(value.count) bytes long") }
        let mark: ReplayMark
        do throws(JSONError) {
            mark = try ReplayMark(json: value)
        } catch {
            throw Self.unbelievable("cannot be read: \(error)")
        }
        guard mark.origin.topic == topic, mark.origin.partition == Int(partition),
            (0..<max(offset, 0)).contains(mark.origin.offset)
        else { throw Self.unbelievable("names no earlier record of the same partition") }
        return mark
    }

    private static func unbelievable(_ words: String) -> Unusable {
        Unusable(.wrongSchema, "the header \(ReplayMark.headerName) \(words)")
    }

    /// The mark, if there is one that can be believed.
    private var believedMark: ReplayMark? {
        do throws(Unusable) { return try replayMark() } catch { return nil }
    }

    /// Where the record comes from: its own place, or for a replay that of the first, with the offset of this copy.
    public var source: Origin {
        guard let mark = believedMark else { return origin }
        var source = mark.origin
        source.replayOffset = offset
        return source
    }

    /// When the record was sent, or the first of its copies; now if it does not say, and never later than that: a sender
    /// whose clock is ahead gains nothing by it.
    public func sent(asOf now: Timestamp) -> Timestamp {
        let mark = believedMark
        let known = mark.map { min(now, $0.deadAt) } ?? now
        let stamp = mark?.origin.timestamp ?? time
        return stamp.milliseconds > 0 ? min(stamp, known) : known
    }
}
