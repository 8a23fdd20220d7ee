/// What was given to a command.
public struct CommandArguments: Sendable, Equatable {
    private var options: [String: [String]] = [:]
    /// The arguments that are not options, in their order.
    public private(set) var positional: [String] = []

    init() {}

    mutating func add(option name: String, _ value: String) { options[name, default: []].append(value) }
    mutating func add(positional value: String) { positional.append(value) }

    /// Whether the option was given.
    public func flag(_ name: String) -> Bool { options[name] != nil }

    /// The value of an option, the last one if it was given several times.
    public func value(_ name: String) -> String? { options[name]?.last }

    /// All values of an option, in their order.
    public func values(_ name: String) -> [String] { options[name] ?? [] }

    /// The value of an option as the type of a setting. Throws when it is not allowed.
    public func value<Value>(_ name: String, _ type: ConfigurationType<Value>) throws(UsageError) -> Value? {
        guard let text = value(name) else { return nil }
        guard let value = type.parse(text) else {
            throw UsageError("--\(name): '\(text)' is not allowed. Allowed: \(type.allowed)")
        }
        return value
    }
}
