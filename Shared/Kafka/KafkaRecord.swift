/// A name and value that travel beside a record. Names may repeat and their order is kept.
public struct KafkaHeader: Sendable, Hashable {
    /// The name, for example `ce_id`.
    public var name: String
    /// The value, bytes that Kafka does not look at. A header with a null value is read as an empty one.
    public var value: [UInt8]

    /// A header of bytes.
    public init(name: String, value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// A header of text, in UTF-8.
    public init(_ name: String, _ value: String) {
        self.init(name: name, value: Array(value.utf8))
    }
}

/// A partition of a topic.
public struct TopicPartition: Sendable, Hashable {
    /// The topic's name.
    public var topic: String
    /// The partition, from 0.
    public var partition: Int32

    /// The partition `partition` of `topic`.
    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }
}

/// Where the log keeps a record.
public struct RecordPosition: Sendable, Hashable {
    /// The topic's name.
    public var topic: String
    /// The partition, from 0.
    public var partition: Int32
    /// The record's number in its partition.
    public var offset: Int64

    /// The record number `offset` of a partition.
    public init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}

/// A record that was read, with its bytes copied: it holds nothing of librdkafka.
public struct KafkaRecord: Sendable, Hashable {
    /// The topic that it was read from.
    public var topic: String
    /// The partition that it was read from.
    public var partition: Int32
    /// Its number in the partition. Numbers rise, but compaction and transactions leave gaps.
    public var offset: Int64
    /// Milliseconds since 1970: the sender's time, or the broker's where the topic says `LogAppendTime`; -1 if unknown.
    public var timestamp: Int64
    /// The key; nil when there is none, which is not the same as an empty key.
    public var key: [UInt8]?
    /// The value; nil is a tombstone, by which a compacted topic forgets the key.
    public var value: [UInt8]?
    /// The headers, in their order.
    public var headers: [KafkaHeader]

    /// A record as it could have been read; tests of handlers make theirs this way.
    public init(
        topic: String, partition: Int32, offset: Int64, timestamp: Int64 = -1, key: [UInt8]?, value: [UInt8]?,
        headers: [KafkaHeader] = []
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// Its partition.
    public var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }
    /// Where it stands.
    public var position: RecordPosition { RecordPosition(topic: topic, partition: partition, offset: offset) }

    /// The value of the first header of that name.
    public func header(_ name: String) -> [UInt8]? {
        headers.first { $0.name == name }?.value
    }

    /// The memory that it takes, roughly, in bytes; what limits of memory count.
    public var size: Int {
        headers.reduce(96 + (key?.count ?? 0) + (value?.count ?? 0)) { $0 + 32 + $1.name.utf8.count + $1.value.count }
    }
}

/// A record to be sent.
public struct OutgoingRecord: Sendable, Hashable {
    /// The topic, which must exist.
    public var topic: String
    /// The partition; nil lets the key decide as Java's clients do (murmur2), or chance when there is no key.
    public var partition: Int32?
    /// The key; a compacted topic refuses a record without one.
    public var key: [UInt8]?
    /// The value; nil is a tombstone.
    public var value: [UInt8]?
    /// The headers, in their order.
    public var headers: [KafkaHeader]

    /// A record for `topic`.
    public init(
        topic: String, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?, headers: [KafkaHeader] = []
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
    }
}
