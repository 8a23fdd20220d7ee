/// The labels of a sample as Prometheus' text format writes them.
struct LabelText: Sendable {
    private let pairs: String

    init(_ labels: some Sequence<(String, String)>) {
        pairs = labels.map { "\($0)=\"\(Self.escapeValue($1))\"" }.joined(separator: ",")
    }

    /// `{topic="a"}`, or nothing.
    var braced: String { pairs.isEmpty ? "" : "{\(pairs)}" }

    /// The same with a bound of a histogram.
    func bucket(_ bound: String) -> String {
        pairs.isEmpty ? "{le=\"\(bound)\"}" : "{\(pairs),le=\"\(bound)\"}"
    }

    /// Label values escape backslash, quote and newline.
    static func escapeValue(_ value: String) -> String { escape(value, quotes: true) }

    /// Help escapes backslash and newline.
    static func escapeHelp(_ help: String) -> String { escape(help, quotes: false) }

    private static func escape(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A number as the text format has it: `+Inf`, `NaN`, and no `.0` behind whole numbers.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return String(whole) }
        return value.description
    }
}
