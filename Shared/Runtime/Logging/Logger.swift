/// Writes log lines: one JSON object a line, with `time`, `level`, `service`, `logger`, `message`, and the metadata.
///
/// ```swift
/// logger.info("records published", [.kafkaTopic: .string(topic), .count: .int(records.count)])
/// ```
///
/// A message is a lower-case sentence that is the same every time; what varies is metadata. Hence it is a `StaticString`,
/// and metadata is evaluated only if the line is written. Neither may hold a secret.
public struct Logger: Sendable {
    /// The metadata of whatever the current task works on: correlation ids, set by `withContext`.
    @TaskLocal public static var context = LogMetadata()

    /// Lines below it are not written.
    public let level: LogLevel
    private let service: String
    private let name: String?
    private let metadata: LogMetadata
    private let sink: LogSink

    /// A logger of the service called `label`.
    public init(label: String, level: LogLevel = .info, sink: LogSink = .standardOutput) {
        self.init(service: label, name: nil, level: level, metadata: [:], sink: sink)
    }

    private init(service: String, name: String?, level: LogLevel, metadata: LogMetadata, sink: LogSink) {
        self.service = service
        self.name = name
        self.level = level
        self.metadata = metadata
        self.sink = sink
    }

    /// The same logger for a part of the service, whose lines also say `"logger": name`.
    public func named(_ name: String) -> Logger {
        Logger(service: service, name: name, level: level, metadata: metadata, sink: sink)
    }

    /// The same logger with metadata that each of its lines carries.
    public func with(_ metadata: LogMetadata) -> Logger {
        Logger(
            service: service, name: name, level: level, metadata: self.metadata.merging(metadata), sink: sink)
    }

    /// Writes a line at level debug.
    public func debug(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.debug, message, metadata())
    }

    /// Writes a line at level info.
    public func info(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.info, message, metadata())
    }

    /// Writes a line at level warning.
    public func warning(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.warning, message, metadata())
    }

    /// Writes a line at level error.
    public func error(_ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.error, message, metadata())
    }

    /// Writes a line, if `level` is at or above the logger's own.
    ///
    /// Of a key that several give, the line's own metadata stands before the task's context, and that before the logger's.
    public func log(_ level: LogLevel, _ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        guard level >= self.level else { return }
        var line = JSONLine()
        line.raw("{\"time\":\"")
        line.raw(ascii: WallClock.rfc3339(WallClock.milliseconds))
        line.raw("\",\"level\":")
        line.string(level.rawValue)
        line.raw(",\"service\":")
        line.string(service)
        if let name {
            line.raw(",\"logger\":")
            line.string(name)
        }
        line.raw(",\"message\":")
        line.string(message.description)
        self.metadata.merging(Self.context).merging(metadata()).forEach { key, value in
            line.raw(",")
            line.string(key.name)
            line.raw(":")
            line.value(value)
        }
        line.raw("}\n")
        sink.write(line.bytes)
    }
}

extension Logger {
    /// Runs `body` with `metadata` on every line that it and its child tasks log. Detached tasks do not inherit it.
    public static func withContext<Result>(
        _ metadata: LogMetadata, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await $context.withValue(context.merging(metadata)) { try await body() }
    }

    /// Runs `body` with `metadata` on every line that it logs.
    public static func withContext<Result>(_ metadata: LogMetadata, _ body: () throws -> Result) rethrows -> Result {
        try $context.withValue(context.merging(metadata)) { try body() }
    }
}
