internal import Runtime
internal import Testing

@testable import Tracker

@Suite("The tracker's settings")
struct ConfigurationTests {
    private static let good = RunningTracker.environment("http://127.0.0.1:1", .seconds(60)).merging([
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092"
    ]) { $1 }

    @Test("have defaults for everything but the addresses and the account")
    func defaults() throws {
        let own = Self.good.filter { !$0.key.hasPrefix("TRACKER_") }
        var reader = ConfigurationReader(environment: own, strictPrefixes: ["TRACKER_"])
        let configuration = TrackerConfiguration(reading: &reader)
        try reader.finish()
        #expect(configuration.pollInterval == .seconds(1) && configuration.maxPollInterval == .seconds(30))
        #expect(configuration.deadline == .seconds(1800) && configuration.concurrency == 6)
    }

    @Test(
        "that are wrong are named",
        arguments: [
            ["TRACKER_DEADLINE_MS": "soon"], ["TRACKER_CONCURRENCY": "0"], ["TRACKER_POLL_INTERVALL_MS": "5"],
            ["TRACKER_POLL_INTERVAL_MS": "5000", "TRACKER_MAX_POLL_INTERVAL_MS": "4000"],
        ])
    func mistakes(wrong: [String: String]) {
        var reader = ConfigurationReader(
            environment: Self.good.merging(wrong) { _, new in new }, strictPrefixes: ["TRACKER_"])
        _ = TrackerConfiguration(reading: &reader)
        #expect {
            try reader.finish()
        } throws: { error in
            wrong.keys.contains { "\(error)".contains($0) }
        }
    }
}
