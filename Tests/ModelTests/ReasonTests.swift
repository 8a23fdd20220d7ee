import JSON
import Model
import Testing

/// The reason codes, which are part of the contract.
@Suite struct ReasonTests {
    /// The codes as the sources declare them: the type itself cannot list its constants.
    private static func declared() throws -> [String] {
        try ["Reason+Guardrails", "Reason"].flatMap { file in
            let source = try String(decoding: RepositoryFile.bytes("Shared/Model/Events/\(file).swift"), as: UTF8.self)
            return source.matches(of: /public static let \w+ = Reason\(rawValue: "([^"]*)"\)/).map { String($0.1) }
        }
    }

    @Test("The documented table has every code once, in the order of the code")
    func table() throws {
        let codes = try Self.declared()
        #expect(codes.count > 20)
        #expect(Reason.table.map(\.reason.rawValue) == codes)
        #expect(Set(codes).count == codes.count)
    }

    @Test("README.md's table is the code's")
    func readme() throws {
        let readme = try String(decoding: RepositoryFile.bytes("README.md"), as: UTF8.self)
        let lines = readme.split(separator: "\n", omittingEmptySubsequences: false)
        let section = try #require(lines.firstIndex(of: "#### Reason codes"))
        let rows = lines[section...].dropFirst().drop { $0 != "|---|---|" }.dropFirst().prefix { $0.hasPrefix("|") }
        #expect(rows.map(String.init) == Reason.table.map { "| `\($0.reason)` | \($0.meaning) |" })
    }

    @Test("Every code is kebab-case and has a meaning that is a sentence")
    func form() {
        for (reason, meaning) in Reason.table {
            #expect(reason.rawValue.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(reason)")
            #expect(meaning.hasSuffix(".") && meaning.first?.isUppercase == true, "\(reason)")
        }
    }

    @Test("A code of a later release survives being read and written")
    func unknown() throws {
        var letter = Samples.deadLetters.filled
        letter.reason = Reason(rawValue: "from-the-future")
        #expect(try DeadLetter(json: letter.json()) == letter)
    }

    @Test("Ends are ends and the other states are open")
    func ends() {
        let open: Set<RequestState> = [.accepted, .held, .submitted, .inProgress, .uncertain, .parked]
        for state in RequestState.allCases { #expect(state.isEnd != open.contains(state), "\(state)") }
        for state in ActionState.allCases {
            #expect(state.isEnd != (state == .pending || state == .inProgress), "\(state)")
        }
    }
}
