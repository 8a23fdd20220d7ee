/// Sorts arguments into options and the rest.
///
/// `--name`, `--name=value`, `--name value`, `-n`, `-n value`, `-nvalue`; `--` ends the options; `-` alone is an
/// argument, as the name of standard input.
struct CommandParser {
    let options: [CommandOption]
    private(set) var arguments = CommandArguments()

    init(options: [CommandOption]) { self.options = options }

    mutating func parse(_ typed: [String]) throws(UsageError) {
        var rest = typed[...]
        while let word = rest.popFirst() {
            if word == "--" {
                for word in rest { arguments.add(positional: word) }
                return
            }
            if word.hasPrefix("--") {
                try parseLong(word, &rest)
            } else if word.hasPrefix("-"), word.count > 1 {
                try parseShort(word, &rest)
            } else {
                arguments.add(positional: word)
            }
        }
    }

    private mutating func parseLong(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        guard let option = options.first(where: { $0.name == name }) else {
            throw UsageError("unknown option --\(name)")
        }
        try add(option, attached: parts.count > 1 ? String(parts[1]) : nil, &rest)
    }

    private mutating func parseShort(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let letter = word[word.index(after: word.startIndex)]
        guard let option = options.first(where: { $0.letter == letter }) else {
            throw UsageError("unknown option -\(letter)")
        }
        let attached = word.count > 2 ? String(word.dropFirst(2)) : nil
        try add(option, attached: attached, &rest)
    }

    private mutating func add(
        _ option: CommandOption, attached: String?, _ rest: inout ArraySlice<String>
    ) throws(UsageError) {
        guard let value = option.value else {
            if attached != nil { throw UsageError("--\(option.name) takes no value") }
            arguments.add(option: option.name, "")
            return
        }
        guard let given = attached ?? rest.popFirst() else {
            throw UsageError("--\(option.name) needs a value: <\(value)>")
        }
        arguments.add(option: option.name, given)
    }
}
