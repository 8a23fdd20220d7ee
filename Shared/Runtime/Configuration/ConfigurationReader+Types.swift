extension ConfigurationReader {
    /// A text. Without a default it has to be set.
    public mutating func string(_ name: String, _ meaning: String, default value: String? = nil) -> String {
        self.value(name, meaning, .string, default: value)
    }

    /// A whole number within `range`.
    public mutating func int(
        _ name: String, _ meaning: String, in range: ClosedRange<Int>, default value: Int? = nil
    ) -> Int {
        self.value(name, meaning, .int(in: range), default: value)
    }

    /// A duration in milliseconds within `range`; the key's name ends in `_MS`.
    public mutating func duration(
        _ name: String, _ meaning: String, in range: ClosedRange<Duration>, default value: Duration? = nil
    ) -> Duration {
        precondition(name.hasSuffix("_MS"), "\(name): the unit is the suffix")
        return self.value(name, meaning, .milliseconds(in: range), default: value)
    }

    /// A server's address, without a slash at its end: see `ConfigurationType.url`.
    public mutating func url(_ name: String, _ meaning: String, default value: String? = nil) -> String {
        self.value(name, meaning, .url, default: value)
    }

    /// One of the words of an enumeration.
    public mutating func choice<Choice: CaseIterable & RawRepresentable<String> & Sendable>(
        _ name: String, _ meaning: String, default value: Choice
    ) -> Choice {
        self.value(name, meaning, .choice(placeholder: value), default: value)
    }

    /// True or false.
    public mutating func bool(_ name: String, _ meaning: String, default value: Bool) -> Bool {
        self.value(name, meaning, .bool, default: value)
    }

    /// A TCP port; 0 lets the system choose.
    public mutating func port(_ name: String, _ meaning: String, default value: UInt16) -> UInt16 {
        UInt16(clamping: self.value(name, meaning, .int(in: 0...65535), default: Int(value)))
    }

    /// The path of a file or directory. Whether it is there is found out by whoever opens it.
    public mutating func path(_ name: String, _ meaning: String, default value: String? = nil) -> String {
        self.value(name, meaning, .path, default: value)
    }

    /// Texts with commas between them.
    public mutating func list(_ name: String, _ meaning: String, default value: [String]? = nil) -> [String] {
        self.value(name, meaning, .list, default: value)
    }

    /// A secret, from the environment or from the file that `<name>_FILE` names. It has to be set.
    public mutating func secret(_ name: String, _ meaning: String) -> Secret {
        self.value(name, meaning, .secret)
    }
}
