/// Everything that is wrong with a configuration, at once.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence for each problem: the key, the value unless it is secret, where it came from, what is allowed.
    public let problems: [String]

    /// The error for these problems.
    public init(problems: [String]) { self.problems = problems }

    /// The problems, one a line.
    public var description: String {
        let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
        return (["configuration: \(count)"] + problems.map { "  \($0)" }).joined(separator: "\n")
    }
}
