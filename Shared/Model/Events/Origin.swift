public import JSON

/// Where a record stood: enough for its sender to find it again.
public struct Origin: JSONRecord, Hashable {
    /// The topic's full name.
    public var topic = ""

    /// The partition, from 0.
    public var partition = 0

    /// The offset in the partition.
    public var offset: Int64 = 0

    /// The record's own time (the sender's clock, or the broker's where the topic stamps it).
    public var timestamp = Timestamp(milliseconds: 0)

    /// Only where a replay was read: the offset of that copy, in the same partition. All else is then what the copy says of
    /// the first, see ``ReplayMark``.
    public var replayOffset: Int64?

    /// No place at all.
    public init() {}

    /// The place of a record that was read or written.
    public init(topic: String, partition: Int, offset: Int64, timestamp: Timestamp) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
    }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("topic", &topic)
        try c("partition", &partition)
        try c("offset", &offset)
        try c("timestamp", &timestamp)
        try c("replayOffset", &replayOffset)
    }
}
