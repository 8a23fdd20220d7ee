/// One mistake in a policy file.
public struct PolicyProblem: Sendable, Hashable, CustomStringConvertible {
    /// The file as it was named.
    public let file: String
    /// The line, from 1; nil if it is about the whole file.
    public let line: Int?
    /// The key, for example `rules[2].when.verdict`; empty if it is about the whole file.
    public let key: String
    /// What is wrong and what is allowed.
    public let message: String

    /// A mistake.
    public init(file: String, line: Int?, key: String, message: String) {
        self.file = file
        self.line = line
        self.key = key
        self.message = message
    }

    /// `FILE:LINE: KEY: what is allowed`.
    public var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)"
    }
}

/// Everything that is wrong with a policy file.
public struct PolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The mistakes by line; at least one.
    public let problems: [PolicyProblem]

    /// - Parameter problems: At least one.
    public init(problems: [PolicyProblem]) { self.problems = problems }

    /// A line for each mistake.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
