import Policy
import Testing

@Suite("YAML")
struct YAMLTests {
    private func document(_ text: String, _ change: (inout YAMLLimits) -> Void = { _ in }) -> YAMLDocument {
        var limits = YAMLLimits()
        change(&limits)
        return YAMLDocument(Array(text.utf8), limits: limits)
    }

    private func problems(_ text: String, _ change: (inout YAMLLimits) -> Void = { _ in }) -> [String] {
        document(text, change).problems.map { "\($0.line) \($0.path): \($0.message)" }
    }

    @Test("Scalars, lists and mappings in both styles, with where they stand")
    func tree() throws {
        let text = """
            # a comment
            name: "quoted # not a comment"
            list:
              - one
              - {a: 1, 'b': [x, y]}
            text: |
              two
              lines
            umlaut: ü
            """
        let document = document(text)
        #expect(document.problems.isEmpty)
        let root = try #require(document.root)
        #expect(root.entries?.map(\.key) == ["name", "list", "text", "umlaut"])
        #expect(root["name"]?.text == "quoted # not a comment")
        #expect(root["list"]?.items?[0].text == "one")
        #expect(root["list"]?.items?[1]["b"]?.items?.map(\.text) == ["x", "y"])
        #expect(root["text"]?.text == "two\nlines\n")
        #expect(root["umlaut"]?.text == "ü")
        #expect(root.entries?.map(\.line) == [2, 3, 6, 9])
        let nested = try #require(root["list"]?.items?[1]["b"]?.items?[1])
        #expect(nested.line == 5)
        #expect(nested.column == 21)
    }

    @Test("What says nothing is told from what is quoted", arguments: ["", "~", "null", "NULL"])
    func nothing(text: String) {
        #expect(document("a: \(text)").root?["a"]?.isNull == true)
        #expect(document("a: \(text)").root?["a"]?.text == nil)
        #expect(document("a: '\(text)'").root?["a"]?.isNull == false)
        #expect(document("a: '\(text)'").root?["a"]?.text == text)
    }

    @Test(
        "Words that look like something else stay words", arguments: ["no", "on", "1.0", "0x10", "2026-11-22", "1e3"])
    func words(text: String) {
        #expect(document("a: \(text)").root?["a"]?.text == text)
    }

    @Test(
        "An empty text has no tree, and that is no mistake of the YAML", arguments: ["", "# only a comment\n", "\n\n"])
    func empty(text: String) {
        #expect(document(text).root == nil)
        #expect(document(text).problems.isEmpty)
    }

    @Test("What hides the meaning is refused, all of it at once")
    func refused() {
        let text = """
            a: &anchor [1]
            b: *anchor
            c: !!int 1
            d: !own {x: 1}
            e: 1
            e: 2
            f:
              - g: {h: 1, "h": 2}
            ? [complex]
            : 1
            """
        #expect(
            problems(text) == [
                "1 a: anchors (&) are not allowed",
                "2 b: aliases (*) are not allowed; write the value out",
                "3 c: tags (!) are not allowed",
                "4 d: tags (!) are not allowed",
                "6 e: given twice, first on line 5",
                "8 f[0].g.h: given twice, first on line 8",
                "9 : a key is plain text",
            ])
        #expect(document(text).root?["e"]?.text == "1", "the first of two keys stays")
    }

    @Test("A merge key is only a word that nobody expects")
    func merge() {
        #expect(problems("a: {<<: *b}") == ["1 a.<<: aliases (*) are not allowed; write the value out"])
    }

    @Test("A second document is refused")
    func second() {
        #expect(problems("a: 1\n---\nb: 2\n") == ["2 : a second document; a file holds one"])
        #expect(problems("---\na: 1\n...\n").isEmpty)
    }

    @Test(
        "What is no YAML is said with its line",
        arguments: [
            ("a: [1, 2", 2), ("a: 1\n\tb: 2", 2), ("a: 'open", 2), ("a: b: c", 1), ("a: 1\n b: 2", 2), ("@x", 1),
            ("a: {", 2), ("]", 1), ("%YAML 3.0\n---\na: 1", 1),
        ])
    func malformed(text: String, line: Int) {
        let document = document(text)
        #expect(document.root == nil)
        #expect(document.problems.count == 1)
        #expect(document.problems.first?.message.hasPrefix("no YAML: ") == true)
        let found = document.problems.first?.line ?? 0
        #expect(found == line || found == line - 1, "libyaml names the line or the one before: \(found)")
    }

    @Test("Bytes that are not UTF-8 and control characters are refused")
    func bytes() {
        for bytes: [UInt8] in [
            [0x61, 0x3A, 0x20, 0xFF], [0x61, 0x3A, 0x20, 0x00], [0x61, 0x3A, 0x20, 0x07], [0xED, 0xA0, 0x80],
        ] {
            let document = YAMLDocument(bytes)
            #expect(document.root == nil)
            #expect(document.problems.count == 1)
        }
    }

    @Test("Limits on size, depth and count are kept")
    func limits() {
        #expect(problems("a: 12345") { $0.maxBytes = 7 } == ["1 : larger than 7 bytes"])
        #expect(problems("a: 12345") { $0.maxBytes = 8 }.isEmpty)
        #expect(problems("[[[1]]]") { $0.maxDepth = 4 }.isEmpty)
        #expect(problems("[[[1]]]") { $0.maxDepth = 3 } == ["1 [0][0][0]: nested deeper than 3 levels"])
        #expect(problems("[1, 2, 3]") { $0.maxNodes = 4 }.isEmpty)
        #expect(problems("[1, 2, 3]") { $0.maxNodes = 3 } == ["1 [2]: more than 3 values"])
        let deep = String(repeating: "[", count: 100_000)
        #expect(problems(deep).count == 1)
        let deepBlock = String(repeating: "- ", count: 100_000)
        #expect(problems(deepBlock).count == 1)
    }
}
