import Glibc
import HTTPServer
import Synchronization
import Testing

/// libmicrohttpd aborts the process if it is stopped at a wrong moment, and clients choose the moments.
@Suite("Ending beside clients", .timeLimit(.minutes(1)))
struct EndingTests {
    /// Where clients find the server that is up just now.
    private final class Place: Sendable {
        let port = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)
    }

    @Test("A server can end at any moment, whatever its clients are doing")
    func ends() async throws {
        let place = Place()
        try await withThrowingTaskGroup { group in
            for number in 1...6 {
                group.addTask { try await onThread { Self.pester(place, UInt32(number)) } }
            }
            for round in 0..<300 {
                let server = HTTPServer { _ in
                    if .random() { try? await Task.sleep(for: .milliseconds(Int.random(in: 0...8))) }
                    return .text("x")
                }
                place.port.store(Int(try server.start()), ordering: .relaxed)
                try await Task.sleep(for: .microseconds(Int.random(in: 500...8000)))
                _ = await server.stop(grace: [.zero, .milliseconds(3), .seconds(1)][round % 3])
            }
            place.isOver.store(true, ordering: .relaxed)
            try await group.waitForAll()
        }
    }

    /// Asks up to three times on a connection, and leaves at any moment, answered or not.
    private static func pester(_ place: Place, _ seed: UInt32) {
        var random = seed
        while !place.isOver.load(ordering: .relaxed) {
            let port = place.port.load(ordering: .relaxed)
            guard port != 0, let client = try? RawClient(port: UInt16(port)) else {
                usleep(200)
                continue
            }
            for _ in 0..<3 {
                client.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
                random = random &* 1_664_525 &+ 1_013_904_223
                usleep(random % 6000)
                if random % 3 == 0 { break }
            }
            client.close()
        }
    }
}
