import FoundationEssentials
import Runtime
import Testing

@Suite("Secrets")
struct SecretTests {
    /// A file of its own for each test, and what reading the key `TOKEN` from it gives.
    private func read(
        file contents: [UInt8]?, permissions: Int = 0o600, environment: [String: String] = [:]
    ) throws -> (secret: Secret?, reader: ConfigurationReader) {
        let path = "/tmp/riposte-secret-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        if let contents {
            #expect(FileManager.default.createFile(atPath: path, contents: Data(contents)))
            try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
        }
        var reader = ConfigurationReader(environment: environment.merging(["TOKEN_FILE": path]) { own, _ in own })
        let secret = reader.optional("TOKEN", "A token", .secret)
        return (secret, reader)
    }

    @Test(
        "newlines at the end of a secret's file are not part of it",
        arguments: [
            ("hunter2", "hunter2"), ("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"), ("hunter2\n\n", "hunter2"),
            (" hunter2 \n", " hunter2 "), ("two\nlines\n", "two\nlines"),
        ])
    func file(_ contents: String, _ expected: String) throws {
        let (secret, reader) = try read(file: Array(contents.utf8))
        #expect(secret?.reveal() == expected)
        #expect(reader.problems.isEmpty && reader.warnings.isEmpty)
    }

    @Test(
        "a file that holds no secret is a problem that names it, and not what is in it",
        arguments: [
            (nil, "cannot be read: No such file"), ([], "is empty"), ([0x0A], "is empty"),
            ([0x68, 0xFF, 0x69], "is not UTF-8"),
        ] as [([UInt8]?, String)])
    func badFile(_ contents: [UInt8]?, _ expected: String) throws {
        let (secret, reader) = try read(file: contents)
        #expect(secret == nil)
        #expect(reader.problems.count == 1)
        let problem = try #require(reader.problems.first)
        #expect(problem.contains("(from TOKEN_FILE) \(expected)"), "\(problem)")
    }

    @Test("a file that is too large for a secret is a problem that does not show it")
    func largeFile() throws {
        let (secret, reader) = try read(file: [UInt8](repeating: 0x78, count: 70_000))
        #expect(secret == nil)
        let problem = try #require(reader.problems.first)
        #expect(problem.contains("cannot be read: File too large"))
        #expect(!problem.contains("xxx"))
    }

    @Test("a key and its file at once is a problem")
    func both() throws {
        let (_, reader) = try read(file: Array("a".utf8), environment: ["TOKEN": "hunter2"])
        #expect(reader.problems == ["TOKEN: is set, and TOKEN_FILE too. Set one of them"])
    }

    @Test("a key that is set to nothing leaves the file in charge")
    func emptyKey() throws {
        #expect(try read(file: Array("a".utf8), environment: ["TOKEN": ""]).secret?.reveal() == "a")
    }

    @Test("a secret that everybody can read is used, with a warning", arguments: [(0o644, 1), (0o640, 0), (0o600, 0)])
    func permissions(_ permissions: Int, _ warnings: Int) throws {
        let (secret, reader) = try read(file: Array("hunter2".utf8), permissions: permissions)
        #expect(secret?.reveal() == "hunter2")
        #expect(reader.warnings.count == warnings)
        #expect(!reader.warnings.joined().contains("hunter2"))
    }

    @Test("a secret that is missing says where it may be set")
    func missing() throws {
        var reader = ConfigurationReader(environment: [:])
        _ = reader.secret("TOKEN", "A token")
        #expect(try #require(reader.problems.first).contains("TOKEN_FILE"))
    }

    @Test("whatever shows a secret does not")
    func hidden() {
        struct Holder { let secret = Secret("hunter2") }
        var dumped = ""
        dump(Holder(), to: &dumped)
        for shown in [
            "\(Secret("hunter2"))", "\(Holder())", String(reflecting: Holder()), "\([Secret("hunter2")])", dumped,
        ] {
            #expect(!shown.contains("hunter2"))
            #expect(shown.contains("(secret)"))
        }
    }
}
