import Connections
import Cybereason
import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Detector
@testable import Simulator

@Suite("The detector on Kafka", .kafka, .timeLimit(.minutes(2)))
struct DetectorServiceTests {
    static func configuration(_ deployment: Deployment, console: String = "http://127.0.0.1:1") -> DetectorConfiguration
    {
        var reader = ConfigurationReader(
            environment: [
                "CYBEREASON_URL": console,
                "CYBEREASON_USERNAME": "analyst@riposte.example", "CYBEREASON_PASSWORD": "correct horse",
                "DETECTOR_POLL_INTERVAL_MS": "100",
            ].merging(deployment.environment) { $1 })
        return DetectorConfiguration(reading: &reader)
    }

    @Test("finds a malop, publishes it under its id, and a restarted detector publishes nothing twice")
    func restart() async throws {
        let deployment = try await Deployment()
        let source = FakeSource()
        source.answer(.success(.rows("malop-1")))
        source.know("malop-1", .success(.with("malop-1", targets: "process-1")))
        for _ in 1...2 {
            let context = deployment.context("detector")
            let components = try Detector.components(Self.configuration(deployment), context, source: source)
            let before = source.polls
            try await running(components) {
                // When the third one begins, two are over.
                try await eventually("two polls") { source.polls >= before + 3 }
            }
        }
        let received = try await deployment.received(of: Topics.detections)
        #expect(received.map(\.event.malopId) == ["malop-1"])
        #expect(received.first?.record.keyText == "malop-1")
        #expect(received.first?.record.header("ce_type") == Array("riposte.detection.v1".utf8))
    }

    @Test("a detection larger than Kafka takes goes out cut, and those behind it are not held up")
    func tooLarge() async throws {
        let deployment = try await Deployment()
        let source = FakeSource()
        source.answer(.success(.rows("large", "small")))
        var details = MalopDetails.with("large", targets: "process-1", "process-2")
        for index in details.suspects.indices {
            details.suspects[index].commandLine = String(repeating: "x", count: 3 << 20)
        }
        source.know("large", .success(details))
        source.know("small", .success(.with("small", targets: "process-1")))
        let context = deployment.context("detector")
        let components = try Detector.components(Self.configuration(deployment), context, source: source)
        try await running(components) {
            try await eventually("both published") { try await deployment.events(of: Topics.detections).count == 2 }
        }
        let large = try await deployment.events(of: Topics.detections).first { $0.malopId == "large" }
        #expect(large?.suspects.count == 2)
        #expect(large?.incomplete == "command lines left out for their size")
    }

    @Test("of two detectors one polls, and the other takes over when it ends")
    func lease() async throws {
        let deployment = try await Deployment()
        let (first, second) = (FakeSource(), FakeSource())
        for source in [first, second] { source.answer(.success(.rows("malop-1"))) }
        let configuration = Self.configuration(deployment)
        let one = try Detector.components(configuration, deployment.context("detector"), source: first)
        let two = try Detector.components(configuration, deployment.context("detector"), source: second)
        try await running(one) {
            try await eventually("the first polls") { !first.lookedUp.isEmpty }
            #expect(second.lookedUp.isEmpty)
        }
        try await running(two) {
            try await eventually("the second polls") { !second.lookedUp.isEmpty }
        }
        #expect(try await deployment.events(of: Topics.detections).count == 1)
    }

    @Test("stays up while the console is away, says so, and publishes when it is back")
    func consoleAway() async throws {
        let deployment = try await Deployment()
        let source = FakeSource()
        let context = deployment.context("detector")
        let components = try Detector.components(Self.configuration(deployment), context, source: source)
        try await running(components) {
            try await eventually("not ready because of the console") {
                context.readiness.conditions.contains {
                    $0.name == "console" && $0.reason?.contains("no answer") == true
                }
            }
            source.know("malop-1", .success(.with("malop-1", targets: "process-1")))
            source.answer(.success(.rows("malop-1")))
            try await eventually("published") { try await !deployment.events(of: Topics.detections).isEmpty }
            try await eventually("ready again") { context.readiness.isReady }
        }
    }
}
