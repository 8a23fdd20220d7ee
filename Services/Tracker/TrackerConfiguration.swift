internal import Connections
internal import Pipeline
internal import Runtime

/// The settings of the tracker.
struct TrackerConfiguration: ServiceConfiguration {
    let kafka: KafkaSettings
    let console: ConsoleConfiguration

    /// Between two polls of a remediation while something happens in it.
    let pollInterval: Duration

    /// The longest time between two polls of a remediation.
    let maxPollInterval: Duration

    /// How long after its submission a remediation may take.
    let deadline: Duration

    /// How many remediations are asked for at the same time.
    let concurrency: Int

    init(reading reader: inout ConfigurationReader) {
        kafka = KafkaSettings(reading: &reader, clientID: "tracker")
        console = ConsoleConfiguration(reading: &reader)
        pollInterval = reader.duration(
            "TRACKER_POLL_INTERVAL_MS", "Time between two polls of a remediation while something happens in it",
            in: .milliseconds(50)...(.seconds(3600)), default: .seconds(1))
        maxPollInterval = reader.duration(
            "TRACKER_MAX_POLL_INTERVAL_MS", "Longest time between two polls of a remediation",
            in: .milliseconds(50)...(.seconds(3600)), default: .seconds(30))
        deadline = reader.duration(
            "TRACKER_DEADLINE_MS", "How long a remediation may take; then what is pending is aborted",
            in: .milliseconds(100)...(.seconds(7 * 86_400)), default: .seconds(1800))
        concurrency = reader.int(
            "TRACKER_CONCURRENCY", "Remediations that the console is asked for at the same time",
            in: 1...64, default: 6)
        if maxPollInterval < pollInterval {
            reader.problem("TRACKER_MAX_POLL_INTERVAL_MS", "must not be below TRACKER_POLL_INTERVAL_MS")
        }
    }
}
