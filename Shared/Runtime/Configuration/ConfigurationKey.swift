/// What is known of a configuration key, from the place that reads it.
public struct ConfigurationKey: Sendable, Equatable {
    /// Its name in the environment.
    public let name: String
    /// What it is for: a phrase.
    public let meaning: String
    /// Which values are allowed, in words.
    public let allowed: String
    /// What holds if it is not set; nil if it has to be set.
    public let defaultValue: String?
    /// Whether it is a secret, which may also be in the file that `<name>_FILE` names.
    public let isSecret: Bool

    /// The unit of its number, which is the suffix of its name.
    public var unit: String? {
        let units = ["_MS": "ms", "_SECONDS": "s", "_BYTES": "bytes", "_PERCENT": "%", "_HOURS": "h", "_DAYS": "d"]
        return units.first { name.hasSuffix($0.key) }?.value
    }
}
