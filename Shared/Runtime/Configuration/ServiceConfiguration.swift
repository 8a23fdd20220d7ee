/// The settings of a service, read once from the environment.
///
/// The initializer reads every key that there is, whatever the values: `--help` runs it to list the keys. It does nothing
/// else (no files but those of secrets, no network).
///
/// ```swift
/// struct DetectorConfiguration: ServiceConfiguration {
///     let pollInterval: Duration
///     init(reading reader: inout ConfigurationReader) {
///         pollInterval = reader.duration(
///             "DETECTOR_POLL_INTERVAL_MS", "Time between two queries", in: .seconds(1) ... .seconds(3600),
///             default: .seconds(30))
///     }
/// }
/// ```
public protocol ServiceConfiguration: Sendable {
    /// Reads the settings; what is wrong with them is collected by the reader.
    init(reading reader: inout ConfigurationReader)
}
