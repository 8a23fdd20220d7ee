import FoundationEssentials
import Runtime
import Testing

@Suite struct InputFileTests {
    @Test("a file is read whole, and a larger one than allowed not at all") func file() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("input-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("hello".utf8).write(to: URL(filePath: path))
        #expect(try await InputFile.read(path, limit: 5) == Array("hello".utf8))
        await #expect(throws: InputFileError.self) { try await InputFile.read(path, limit: 4) }
    }

    @Test("a file that is not there is named with the system's reason") func missing() async throws {
        let error = await #expect(throws: InputFileError.self) {
            try await InputFile.read("/nowhere/body.json", limit: 10)
        }
        #expect(error?.description == "/nowhere/body.json cannot be read: No such file or directory")
    }
}
