import Glibc
import JSON
import Runtime
import Testing

@testable import Runtime

@Suite("Log sinks")
struct LogSinkTests {
    @Test("lines longer than a pipe takes at once stay whole while many threads write")
    func wholeLines() async throws {
        let pipe = try Pipe()
        let logger = Logger(label: "test", sink: .descriptor(pipe.writing.number))
        let text = String(repeating: "0123456789", count: 3000)
        let (threads, lines) = (4, 25)
        async let bytes = readToEnd(pipe.reading)
        await withTaskGroup { group in
            for thread in 0..<threads {
                group.addTask {
                    await onThread {
                        for line in 0..<lines {
                            logger.info("long", ["thread": .int(thread), "line": .int(line), "text": .string(text)])
                        }
                    }
                }
            }
        }
        pipe.writing.close()
        let received = await bytes.split(separator: 0x0A).map(Array.init)
        #expect(received.count == threads * lines)
        for line in received {
            let length = try withJSON(line) { root throws(JSONError) in root["text"]?.asString?.utf8.count }
            #expect(length == text.utf8.count)
        }
    }

    @Test("a descriptor that does not block still gets whole lines")
    func nonBlocking() async throws {
        let pipe = try Pipe()
        _ = fcntl(pipe.writing.number, F_SETFL, O_NONBLOCK)
        let text = String(repeating: "x", count: 300_000)
        async let bytes = readToEnd(pipe.reading)
        await onThread {
            Logger(label: "test", sink: .descriptor(pipe.writing.number)).info("long", ["text": .string(text)])
        }
        pipe.writing.close()
        #expect(await bytes.count > text.utf8.count)
    }

    @Test("a line for a reader that is gone is dropped")
    func noReader() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try Pipe()
        pipe.reading.close()
        Logger(label: "test", sink: .descriptor(pipe.writing.number)).info("nobody listens")
    }
}

@Suite("Times in logs")
struct WallClockTests {
    @Test(
        "milliseconds since 1970 are written as RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_795_341_600_123, "2026-11-22T10:00:00.123Z"),
        ] as [(Int64, String)])
    func rfc3339(_ milliseconds: Int64, _ text: String) {
        #expect(WallClock.rfc3339(milliseconds) == text)
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }
}

/// Runs what blocks on a thread of its own.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        DetachedThread.start("test") { continuation.resume(returning: body()) }
    }
}

func readToEnd(_ descriptor: OwnedDescriptor) async -> [UInt8] {
    await onThread {
        var bytes: [UInt8] = []
        while let block = Descriptor.read(descriptor.number, atMost: 65536), !block.isEmpty { bytes += block }
        return bytes
    }
}
