/// What is fed to a surface: a record's value, key and headers; an answer's head and body; a file.
struct FuzzInput: Sendable, Equatable {
    /// The parts, each its own text. What a part means, its surface knows; nil is one that is not there.
    var parts: [[UInt8]?]

    init(_ parts: [[UInt8]?]) { self.parts = parts }

    init(_ texts: String?...) { parts = texts.map { $0.map { Array($0.utf8) } } }

    /// A part; nil if it is missing.
    subscript(index: Int) -> [UInt8]? { parts.indices.contains(index) ? parts[index] : nil }

    /// A part as text, whatever its bytes are.
    func text(_ index: Int) -> String { String(decoding: self[index] ?? [], as: UTF8.self) }

    /// Bytes of all parts.
    var size: Int { parts.reduce(0) { $0 + ($1?.count ?? 0) } }
}

/// What became of an input. There is no third.
enum Verdict: Sendable, Equatable {
    /// It was used.
    case understood

    /// It was refused, with these words for it.
    case refused(String)
}

/// Something that must not happen, whatever the input is.
struct Violation: Error, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Throws if what must hold does not.
func require(_ holds: Bool, _ words: @autoclosure () -> String) throws {
    if !holds { throw Violation(words()) }
}

extension [FuzzInput] {
    /// Each of them once.
    var unique: [FuzzInput] {
        reduce(into: []) { known, input in if !known.contains(input) { known.append(input) } }
    }
}

/// Something that reads what comes from outside.
struct Surface: Sendable {
    /// Where its inputs come from.
    enum Origin: Sendable {
        case topic
        /// The platform's answers.
        case answer
        case elsewhere
    }

    let name: String
    let origin: Origin

    /// Inputs as they really come. Everything that is fed is made of these.
    let seeds: [FuzzInput]

    /// Those of them, each once, that must be understood.
    let whole: [FuzzInput]

    /// How often what is read is gone over again to check it, at most.
    let effort: Int

    /// Reads an input with the code that reads it in the services, and checks what comes of it.
    let feed: @Sendable (FuzzInput) async throws -> Verdict

    /// - Parameter refused: Inputs that really come, too, and are no use to anybody.
    init(
        _ name: String, from origin: Origin = .topic, seeds: [FuzzInput], refused: [FuzzInput] = [], effort: Int = 1,
        _ feed: @escaping @Sendable (FuzzInput) async throws -> Verdict
    ) {
        self.name = name
        self.origin = origin
        self.seeds = seeds + refused
        whole = seeds.unique
        self.effort = effort
        self.feed = feed
    }
}
