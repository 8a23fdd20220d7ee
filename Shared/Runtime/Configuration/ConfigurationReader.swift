/// Reads settings from the environment, declares them by doing so, and collects everything that is wrong with them.
///
/// * A key that is set to nothing counts as not set: compose files pass on `${KEY:-}`.
/// * A secret may instead be in the file that `<KEY>_FILE` names; newlines at its end are taken away. Both is an error.
/// * `finish()` throws all problems together, and only then: until it has returned, values may be placeholders.
/// * Reading the same keys of an empty environment gives what `--help` shows: see `help`.
public struct ConfigurationReader: Sendable {
    /// The environment that is read.
    public let environment: [String: String]
    /// The keys that were read so far, in their order.
    public private(set) var keys: [ConfigurationKey] = []
    /// What is wrong so far.
    public private(set) var problems: [String] = []
    /// What is not wrong, but should be looked at: log it.
    public private(set) var warnings: [String] = []

    private var passedThrough: [(prefix: String, meaning: String)] = []
    private let strictPrefixes: [String]
    private let sharedPrefixes: [String]

    /// A reader of `environment`.
    ///
    /// Once a key with one of the prefixes has been read, other keys with it must be known too: under `strictPrefixes` an
    /// unknown one is a problem (a misspelt guardrail must not fall back to its default in silence), under
    /// `sharedPrefixes` a warning, since one file of settings may serve services that do not read the same keys.
    public init(
        environment: [String: String], strictPrefixes: [String] = [], sharedPrefixes: [String] = Self.sharedPrefixes
    ) {
        self.environment = environment
        self.strictPrefixes = strictPrefixes
        self.sharedPrefixes = sharedPrefixes
    }

    /// The prefixes of keys that several services read.
    public static let sharedPrefixes = ["CYBEREASON_", "THREAT_INTELLIGENCE_", "TOPIC_", "TOPICS_", "POLICY_"]

    /// Reads a setting that has a default, or, without one, has to be set.
    public mutating func value<Value>(
        _ name: String, _ meaning: String, _ type: ConfigurationType<Value>, default defaultValue: Value? = nil
    ) -> Value {
        declare(name, meaning, type, defaultText: defaultValue.map(type.show))
        switch parse(name, type) {
        case .value(let value): return value
        case .wrong: break
        case .notSet:
            if let defaultValue { return defaultValue }
            let file = isSecret(type) ? ", or \(name)_FILE to a file that holds it" : ""
            let state = environment[name] == nil ? "is not set" : "is set to nothing, which counts as not set"
            problem(name, "\(state); it is: \(meaning). Set it\(file). Allowed: \(type.allowed)")
        }
        return defaultValue ?? type.placeholder
    }

    /// Reads a setting that may be left out; then it is nil.
    public mutating func optional<Value>(
        _ name: String, _ meaning: String, _ type: ConfigurationType<Value>
    ) -> Value? {
        declare(name, meaning, type, defaultText: "(none)")
        if case .value(let value) = parse(name, type) { return value }
        return nil
    }

    /// Leaves keys that begin with `prefix` to somebody else, who reads them from `environment`.
    public mutating func passThrough(prefix: String, _ meaning: String) {
        guard !passedThrough.contains(where: { $0.prefix == prefix }) else { return }
        passedThrough.append((prefix, meaning))
    }

    /// Notes a problem that takes more than one key to see, or that another reader found. Never with a secret in it.
    public mutating func problem(_ name: String, _ sentence: String) {
        problems.append("\(name): \(sentence)")
    }

    /// Notes something that is not wrong, but should be looked at.
    public mutating func warning(_ name: String, _ sentence: String) {
        warnings.append("\(name): \(sentence)")
    }

    /// Ends the reading. Throws all problems, those of unknown keys included.
    public mutating func finish() throws(ConfigurationError) {
        reportUnknownKeys()
        if !problems.isEmpty { throw ConfigurationError(problems: problems) }
    }

    /// Every key that was read, for `--help`.
    public var help: String { help(titled: "Configuration (environment variables)") }

    func help(titled title: String) -> String {
        ConfigurationHelp(title: title, keys: keys, passedThrough: passedThrough).text
    }
}

extension ConfigurationReader {
    private enum Reading<Value> {
        case notSet
        case wrong
        case value(Value)
    }

    private func isSecret<Value>(_ type: ConfigurationType<Value>) -> Bool { Value.self == Secret.self }

    private mutating func declare<Value>(
        _ name: String, _ meaning: String, _ type: ConfigurationType<Value>, defaultText: String?
    ) {
        let key = ConfigurationKey(
            name: name, meaning: meaning, allowed: type.allowed, defaultValue: defaultText, isSecret: isSecret(type))
        if !keys.contains(where: { $0.name == name }) { keys.append(key) }
    }

    private mutating func parse<Value>(_ name: String, _ type: ConfigurationType<Value>) -> Reading<Value> {
        switch text(name, isSecret: isSecret(type)) {
        case .notSet: return .notSet
        case .wrong: return .wrong
        case .value(let (text, source)):
            if let value = type.parse(text) { return .value(value) }
            let shown = type.isShown(text) ? "'\(Self.printable(text))'" : "the value"
            problem(name, "\(shown) (from \(source)) is not allowed. Allowed: \(type.allowed)")
            return .wrong
        }
    }

    private mutating func text(_ name: String, isSecret: Bool) -> Reading<(text: String, source: String)> {
        let direct = set(name)
        let file = isSecret ? set("\(name)_FILE") : nil
        switch (direct, file) {
        case (nil, nil): return .notSet
        case (let direct?, nil): return .value((direct, "the environment"))
        case (nil, let file?): return secretFile(name, file)
        case (_?, _?):
            problem(name, "is set, and \(name)_FILE too. Set one of them")
            return .wrong
        }
    }

    private func set(_ name: String) -> String? {
        guard let value = environment[name], !value.isEmpty else { return nil }
        return value
    }

    private mutating func secretFile(_ name: String, _ path: String) -> Reading<(text: String, source: String)> {
        switch SecretFile.read(path) {
        case .failure(let reason):
            problem(name, "the file \(Self.printable(path)) (from \(name)_FILE) \(reason)")
            return .wrong
        case .success(let text, let isWorldReadable):
            if isWorldReadable {
                warning(name, "the file \(Self.printable(path)) (from \(name)_FILE) can be read by everybody")
            }
            return .value((text, "the file \(Self.printable(path))"))
        }
    }

    /// A refused value as a message shows it: on one line, and not all of a novel.
    private static func printable(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }.joined()
        return escaped.count > 120 ? escaped.prefix(120) + "…" : escaped
    }

    private mutating func reportUnknownKeys() {
        let known = Set(keys.flatMap { $0.isSecret ? [$0.name, "\($0.name)_FILE"] : [$0.name] })
        for name in environment.keys.sorted() where !known.contains(name) {
            guard !passedThrough.contains(where: { name.hasPrefix($0.prefix) }), !OrchestratorKey.matches(name) else {
                continue
            }
            if isUnder(strictPrefixes, name) {
                problem(name, "is not a key of this service. --help lists them")
            } else if isUnder(sharedPrefixes, name) {
                warning(name, "is not a key of this service, and is ignored")
            }
        }
    }

    private func isUnder(_ prefixes: [String], _ name: String) -> Bool {
        prefixes.contains { prefix in name.hasPrefix(prefix) && keys.contains { $0.name.hasPrefix(prefix) } }
    }
}
