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

    /// How long after an end the console's data may lag behind it.
    let verifyFor: Duration

    /// How long after an end the console is still asked for what it had not reported.
    let amendFor: Duration

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
        verifyFor = reader.duration(
            "TRACKER_VERIFY_FOR_MS", "How long after an end what the console reported may not show yet",
            in: .zero...(.seconds(86_400)), default: .seconds(300))
        amendFor = reader.duration(
            "TRACKER_AMEND_FOR_MS", "How long after an end the console is asked for what it had not reported by then",
            in: .zero...(.seconds(7 * 86_400)), default: .seconds(86_400))
        concurrency = reader.int(
            "TRACKER_CONCURRENCY", "Remediations that the console is asked for at the same time",
            in: 1...64, default: 6)
        if maxPollInterval < pollInterval {
            reader.problem("TRACKER_MAX_POLL_INTERVAL_MS", "must not be below TRACKER_POLL_INTERVAL_MS")
        }
    }
}
