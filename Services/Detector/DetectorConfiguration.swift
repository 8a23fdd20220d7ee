internal import Connections
internal import Pipeline
internal import Runtime

/// The settings of the detector.
struct DetectorConfiguration: ServiceConfiguration {
    let kafka: KafkaSettings
    let console: ConsoleConfiguration

    /// Between the end of one poll and the next.
    let pollInterval: Duration

    /// How far back the very first poll looks.
    let lookback: Duration

    /// How far behind the newest poll the next one looks again.
    let overlap: Duration

    /// How long a malop's details are not asked for again while the query's row of it stays the same.
    let recheck: Duration

    /// How many malops are asked for at the same time.
    let detailsConcurrency: Int

    init(reading reader: inout ConfigurationReader) {
        kafka = KafkaSettings(reading: &reader, clientID: "detector")
        console = ConsoleConfiguration(reading: &reader)
        pollInterval = reader.duration(
            "DETECTOR_POLL_INTERVAL_MS", "Time between two polls of the console",
            in: .milliseconds(100)...(.seconds(3600)), default: .seconds(60))
        lookback = reader.duration(
            "DETECTOR_LOOKBACK_MS", "How far back the very first poll looks",
            in: .zero...(.seconds(90 * 86_400)), default: .seconds(86_400))
        overlap = reader.duration(
            "DETECTOR_OVERLAP_MS", "How far behind the last whole poll the next one looks again",
            in: .zero...(.seconds(7 * 86_400)), default: .seconds(6 * 3600))
        recheck = reader.duration(
            "DETECTOR_RECHECK_MS", "After how long the details of a malop that looks unchanged are asked for again",
            in: .zero...(.seconds(3600)), default: .seconds(300))
        detailsConcurrency = reader.int(
            "DETECTOR_DETAILS_CONCURRENCY", "Malops whose details are asked for at the same time",
            in: 1...32, default: 4)
    }
}
