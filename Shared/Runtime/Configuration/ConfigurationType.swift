/// How the text of a setting becomes a value.
public struct ConfigurationType<Value: Sendable>: Sendable {
    /// Which texts are allowed, in words.
    public let allowed: String
    /// A value for the rest of the initializer to go on with when the text is wrong. It is never used: `finish()` throws.
    let placeholder: Value
    /// How a value is shown as a default.
    let show: @Sendable (Value) -> String
    /// Whether a refused text may be shown; an address with a password in it may not.
    let isShown: @Sendable (String) -> Bool
    /// The value, or nil if the text is not allowed.
    let parse: @Sendable (String) -> Value?

    /// A type of setting. `placeholder` stands in after a wrong text, until the reader's `finish()` throws.
    public init(
        allowed: String, placeholder: Value, show: @escaping @Sendable (Value) -> String = { "\($0)" },
        isShown: @escaping @Sendable (String) -> Bool = { _ in true }, parse: @escaping @Sendable (String) -> Value?
    ) {
        self.allowed = allowed
        self.placeholder = placeholder
        self.show = show
        self.isShown = isShown
        self.parse = parse
    }
}

extension ConfigurationType<String> {
    /// Any text that is not empty.
    public static var string: Self {
        ConfigurationType(allowed: "text", placeholder: "", parse: { $0 })
    }

    /// An absolute address of a server: `http` or `https`, a host, perhaps a port and a path; without credentials, query
    /// and fragment. A slash at its end is taken away.
    public static var url: Self {
        ConfigurationType(
            allowed: "an http:// or https:// address with a host, without user, password, query or fragment",
            placeholder: "http://localhost", isShown: { !$0.contains("@") }, parse: ServerAddress.normalized)
    }

    /// The path of a file or directory, which is not looked at.
    public static var path: Self {
        ConfigurationType(allowed: "a path", placeholder: "", parse: { $0.contains("\0") ? nil : $0 })
    }
}

extension ConfigurationType<Int> {
    /// A whole number within a range.
    public static func int(in range: ClosedRange<Int>) -> Self {
        ConfigurationType(
            allowed: "a whole number, \(range.lowerBound) to \(range.upperBound)", placeholder: range.lowerBound,
            parse: { Decimal.parse($0).flatMap { range.contains($0) ? $0 : nil } })
    }
}

extension ConfigurationType<Bool> {
    /// `true` or `false`; also `on`, `off`, `yes`, `no`, `1`, `0`.
    public static var bool: Self {
        ConfigurationType(allowed: "true or false (also on/off, yes/no, 1/0)", placeholder: false) { text in
            switch text.lowercased() {
            case "true", "on", "yes", "1": true
            case "false", "off", "no", "0": false
            default: nil
            }
        }
    }
}

extension ConfigurationType<Duration> {
    /// A whole number of milliseconds within a range.
    public static func milliseconds(in range: ClosedRange<Duration>) -> Self {
        let bounds = range.lowerBound.wholeMilliseconds...range.upperBound.wholeMilliseconds
        return ConfigurationType(
            allowed: "milliseconds, \(bounds.lowerBound) to \(bounds.upperBound)", placeholder: range.lowerBound,
            show: { String($0.wholeMilliseconds) },
            parse: { Decimal.parse($0).flatMap { bounds.contains($0) ? .milliseconds($0) : nil } })
    }
}

extension ConfigurationType<[String]> {
    /// Texts with commas between them; blanks around them do not count.
    public static var list: Self {
        ConfigurationType(
            allowed: "texts with commas between them", placeholder: [], show: { $0.joined(separator: ",") }
        ) { text in
            let items = text.split(separator: ",", omittingEmptySubsequences: false).map { Whitespace.trimmed($0) }
            return items.contains("") ? nil : items
        }
    }
}

extension ConfigurationType<Secret> {
    /// A text that is never shown.
    public static var secret: Self {
        ConfigurationType(
            allowed: "text", placeholder: Secret(""), isShown: { _ in false }, parse: { Secret($0) })
    }
}

extension ConfigurationType where Value: CaseIterable & RawRepresentable<String> {
    /// One of the words of an enumeration.
    public static func choice(placeholder: Value) -> Self {
        ConfigurationType(
            allowed: "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))", placeholder: placeholder,
            show: \.rawValue, parse: { Value(rawValue: $0) })
    }
}
