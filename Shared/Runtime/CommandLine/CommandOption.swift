/// An option of a command: `--name`, perhaps with a value and a letter.
public struct CommandOption: Sendable {
    let name: String
    let letter: Character?
    /// How the help calls the value; nil for an option without one.
    let value: String?
    let help: String

    /// An option that is there or not: `--wait`.
    public static func flag(_ name: String, _ letter: Character? = nil, help: String) -> CommandOption {
        CommandOption(name: name, letter: letter, value: nil, help: help)
    }

    /// An option with a value: `--file PATH` or `--file=PATH`. It may be given several times.
    public static func value(
        _ name: String, _ value: String, _ letter: Character? = nil, help: String
    ) -> CommandOption {
        CommandOption(name: name, letter: letter, value: value, help: help)
    }

    /// How the help shows it.
    var usage: String {
        let short = letter.map { "-\($0), " } ?? "    "
        return "\(short)--\(name)\(value.map { " <\($0)>" } ?? "")"
    }
}

/// An argument of a command that is known by its place.
public struct CommandArgument: Sendable {
    enum Count { case one, oneOrNone, any }
    let name: String
    let count: Count

    /// It has to be there.
    public static func required(_ name: String) -> CommandArgument { CommandArgument(name: name, count: .one) }
    /// It may be left out; only the last ones may.
    public static func optional(_ name: String) -> CommandArgument { CommandArgument(name: name, count: .oneOrNone) }
    /// As many as there are; only the last one may be so.
    public static func rest(_ name: String) -> CommandArgument { CommandArgument(name: name, count: .any) }

    var usage: String {
        switch count {
        case .one: "<\(name)>"
        case .oneOrNone: "[<\(name)>]"
        case .any: "[<\(name)>…]"
        }
    }
}
