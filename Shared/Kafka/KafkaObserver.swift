/// A line that librdkafka logs.
public struct KafkaLogLine: Sendable, Hashable {
    /// The client that says it, for example `tracker#consumer-1`.
    public var client: String
    /// syslog's severity: 0 emergency … 3 error, 4 warning, 5 notice, 6 information, 7 debug.
    public var level: Int
    /// librdkafka's short name of the subject, for example `FAIL`.
    public var facility: String
    /// The line, with secrets of the configuration blotted out.
    public var text: String

    /// A line as librdkafka would say it.
    public init(client: String, level: Int, facility: String, text: String) {
        self.client = client
        self.level = level
        self.facility = facility
        self.text = text
    }
}

/// Who is told what a client sees. Every closure is called on a thread of the client and must return quickly.
public struct KafkaObserver: Sendable {
    /// A line of librdkafka's log.
    public var onLog: @Sendable (KafkaLogLine) -> Void
    /// An error that concerns no single call. `isState` ones pass by themselves; after an `isFatal` one the client's
    /// `run` or `send` throws.
    public var onError: @Sendable (KafkaError) -> Void
    /// librdkafka's statistics (a JSON object, documented in its STATISTICS.md), every 10 s; nil turns them off.
    public var onStatistics: (@Sendable ([UInt8]) -> Void)?

    /// An observer that ignores what it is given no closure for.
    public init(
        onLog: @escaping @Sendable (KafkaLogLine) -> Void = { _ in },
        onError: @escaping @Sendable (KafkaError) -> Void = { _ in },
        onStatistics: (@Sendable ([UInt8]) -> Void)? = nil
    ) {
        self.onLog = onLog
        self.onError = onError
        self.onStatistics = onStatistics
    }
}
