/// The list of keys that `--help` prints.
struct ConfigurationHelp {
    let title: String
    let keys: [ConfigurationKey]
    let passedThrough: [(prefix: String, meaning: String)]

    var text: String {
        let entries = keys.map(entry) + passedThrough.map { "  \($0.prefix)…\n      \($0.meaning)\n" }
        return "\(title):\n\n" + entries.joined(separator: "\n")
    }

    /// A value that ends in a full stop is not to be taken for the end of the sentence.
    private static func quoted(_ value: String) -> String { value.hasSuffix(".") ? "'\(value)'" : value }

    private func entry(_ key: ConfigurationKey) -> String {
        var facts = ["Allowed: \(key.allowed)."]
        if let unit = key.unit { facts.append("Unit: \(unit).") }
        facts.append(key.defaultValue.map { "Default: \(Self.quoted($0))." } ?? "Required.")
        if key.isSecret { facts.append("Secret; or the path of a file that holds it in \(key.name)_FILE.") }
        return "  \(key.name)\n      \(key.meaning).\n      \(facts.joined(separator: " "))\n"
    }
}
