/// The operators that the console's search knows.
enum FilterOperator: String, Sendable, CaseIterable {
    case equals = "Equals"
    case notEquals = "NotEquals"
    case containsIgnoreCase = "ContainsIgnoreCase"
    case notContainsIgnoreCase = "NotContainsIgnoreCase"
    case matchesWildcard = "MatchesWildcard"
    case matchesToken = "MatchesToken"
    case includes = "Includes"
    case notIncludes = "NotIncludes"
    case greaterThan = "GreaterThan"
    case greaterOrEqualsTo = "GreaterOrEqualsTo"
    case lessThan = "LessThan"
    case lessOrEqualsTo = "LessOrEqualsTo"
    case between = "Between"

    /// Finds an operator by its name, in any case unless `exactly`.
    static func named(_ name: String, exactly: Bool) -> FilterOperator? {
        allCases.first { exactly ? $0.rawValue == name : $0.rawValue.lowercased() == name.lowercased() }
    }

    /// Whether a feature with these values passes: one of `wanted` fits one of `values`, or none does for a negation.
    func accepts(_ values: [String], wanted: [String]) -> Bool {
        switch self {
        case .notEquals, .notIncludes: !values.contains { wanted.contains($0) }
        case .notContainsIgnoreCase: !FilterOperator.containsIgnoreCase.accepts(values, wanted: wanted)
        case .between: values.contains { isBetween($0, wanted) }
        default: values.contains { value in wanted.contains { fits(value, $0) } }
        }
    }

    private func fits(_ value: String, _ wanted: String) -> Bool {
        switch self {
        case .equals, .includes: value == wanted
        case .containsIgnoreCase: value.lowercased().contains(wanted.lowercased())
        case .matchesWildcard: Wildcard(wanted.lowercased()).matches(value.lowercased())
        case .matchesToken: tokens(of: value).contains(wanted.lowercased())
        case .greaterThan: compare(value, wanted) { $0 > $1 }
        case .greaterOrEqualsTo: compare(value, wanted) { $0 >= $1 }
        case .lessThan: compare(value, wanted) { $0 < $1 }
        case .lessOrEqualsTo: compare(value, wanted) { $0 <= $1 }
        case .notEquals, .notIncludes, .notContainsIgnoreCase, .between: false
        }
    }

    private func isBetween(_ value: String, _ bounds: [String]) -> Bool {
        guard bounds.count == 2 else { return false }
        return compare(value, bounds[0]) { $0 >= $1 } && compare(value, bounds[1]) { $0 <= $1 }
    }

    private func compare(_ left: String, _ right: String, _ holds: (Double, Double) -> Bool) -> Bool {
        guard let left = Double(left), let right = Double(right) else { return false }
        return holds(left, right)
    }

    private func tokens(of value: String) -> [String] {
        value.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}

/// A pattern in which `*` stands for any characters and `?` for one.
struct Wildcard: Sendable {
    private let pattern: [Character]

    init(_ pattern: String) { self.pattern = Array(pattern) }

    func matches(_ text: String) -> Bool {
        let text = Array(text)
        var reachable = [true] + Array(repeating: false, count: text.count)
        for symbol in pattern {
            var next = Array(repeating: false, count: text.count + 1)
            if symbol == "*" { next[0] = reachable[0] }
            for index in text.indices {
                if symbol == "*" {
                    next[index + 1] = reachable[index + 1] || next[index]
                } else {
                    next[index + 1] = reachable[index] && (symbol == "?" || symbol == text[index])
                }
            }
            reachable = next
        }
        return reachable[text.count]
    }
}
