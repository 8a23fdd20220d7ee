import JSON
import Runtime
import Testing

@Suite("Log lines")
struct LoggerTests {
    private let capture = LogCapture()

    private func logger(_ level: LogLevel = .debug) -> Logger {
        Logger(label: "detector", level: level, sink: capture.sink)
    }

    private func field(_ key: String) throws -> String? {
        let line = try #require(capture.lines.last)
        return try withJSON(Array(line.utf8)) { root throws(JSONError) in root[named: key]?.asString }
    }

    @Test("a line is one JSON object with time, level, service, message and the metadata in its order")
    func form() throws {
        logger().info("records published", [.kafkaTopic: "detections", .count: 3, "share": 0.5, "whole": true])
        let line = try #require(capture.lines.first)
        let time = try #require(try field("time"))
        #expect(
            line == """
                {"time":"\(time)","level":"info","service":"detector","message":"records published",\
                "kafka.topic":"detections","count":3,"share":0.5,"whole":true}
                """)
        #expect(Timestamp(rfc3339: time)?.rfc3339 == time)
    }

    @Test(
        "text of any kind is read back as it was",
        arguments: [
            "", "plain", "quote \" and \\", "line\nbreak\r\ttab", "\u{0}\u{1}\u{1f}\u{7f}", "é 日本 😀", "\u{2028}",
        ])
    func escapes(_ text: String) throws {
        logger().info("said", ["text": .string(text), "list": .strings([text, "b"])])
        #expect(try field("text") == text)
        let line = try #require(capture.lines.last)
        let list = try withJSON(Array(line.utf8)) { root throws(JSONError) in
            root["list"]?.elements.compactMap(\.asString)
        }
        #expect(list == [text, "b"])
    }

    @Test("a number that JSON does not have is null", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(_ number: Double) throws {
        logger().info("measured", ["value": .double(number)])
        #expect(try #require(capture.lines.last).hasSuffix("\"value\":null}"))
    }

    @Test("each level writes itself and what matters more", arguments: LogLevel.allCases)
    func levels(_ level: LogLevel) {
        let logger = logger(level)
        logger.debug("a")
        logger.info("a")
        logger.warning("a")
        logger.error("a")
        #expect(capture.lines.count == LogLevel.allCases.filter { $0 >= level }.count)
    }

    @Test("metadata of a line that is not written is not evaluated")
    func lazy() {
        func expensive() -> LogMetadata {
            Issue.record("evaluated")
            return [:]
        }
        logger(.warning).info("nothing", expensive())
        #expect(capture.lines.isEmpty)
    }

    @Test("the context of a task reaches its child tasks, and nests")
    func context() async throws {
        let logger = logger()
        await Logger.withContext([.malopID: "m1", .attempt: 1]) {
            await Logger.withContext([.requestID: "r1", .attempt: 2]) {
                await withTaskGroup { group in group.addTask { logger.info("inside") } }
            }
        }
        #expect(try field("malop.id") == "m1")
        #expect(try field("request.id") == "r1")
        #expect(try #require(capture.lines.last).contains("\"attempt\":2"))
        logger.info("outside")
        #expect(try field("malop.id") == nil)
    }

    @Test("of a key that several give, the nearest value stands, once")
    func precedence() throws {
        let logger = logger().with([.state: "logger", .reason: "logger", .error: "logger"])
        Logger.withContext([.state: "context", .reason: "context"]) { logger.info("told", [.state: "line"]) }
        #expect(try field("state") == "line")
        #expect(try field("reason") == "context")
        #expect(try field("error") == "logger")
    }

    @Test(
        "metadata cannot pretend to be the line's own parts",
        arguments: ["time", "level", "service", "logger", "message"])
    func reserved(_ key: String) throws {
        logger().named("part").info("told", [LogKey(key): "forged"])
        #expect(try field("metadata.\(key)") == "forged")
        #expect(try field(key) != "forged")
    }

    @Test("a named logger says which part of the service speaks")
    func named() throws {
        logger().named("kafka").info("connected")
        #expect(try field("service") == "detector")
        #expect(try field("logger") == "kafka")
    }

    @Test("a duration is written in milliseconds, a number of any size is clamped to 64 bits")
    func numbers() throws {
        logger().info("took", [.duration: .milliseconds(.microseconds(1_234_567)), .count: .int(UInt64.max)])
        let line = try #require(capture.lines.last)
        #expect(line.contains("\"duration.ms\":1234.567,"))
        #expect(line.contains("\"count\":9223372036854775807}"))
    }
}
