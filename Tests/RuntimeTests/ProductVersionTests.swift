import TestSupport
import Testing

@testable import Runtime

@Suite("The version of a build", .timeLimit(.minutes(1)))
struct ProductVersionTests {
    @Test("the image says which build it holds; without one it is the source's release")
    func environment() {
        let image = ["IMAGE_VERSION": "1.4.0-3-g4f2a9c1", "IMAGE_REVISION": "4f2a9c1"]
        #expect(ProductVersion.version(of: image) == "1.4.0-3-g4f2a9c1")
        #expect(ProductVersion.revision(of: image) == "4f2a9c1")
        #expect(ProductVersion.version(of: [:]) == ProductVersion.source)
        #expect(ProductVersion.version(of: ["IMAGE_VERSION": ""]) == ProductVersion.source)
        #expect(ProductVersion.revision(of: [:]).isEmpty)
        #expect(ProductVersion.revision(of: ["IMAGE_REVISION": "unknown"]).isEmpty)
    }

    @Test("--version and the first line of the log tell it")
    func told() async throws {
        let image = ["IMAGE_VERSION": "1.4.0", "IMAGE_REVISION": "4f2a9c1"]
        let asked = try await ProbeProcess.service(environment: image, arguments: ["--version"])
        #expect(await asked.status() == .exited(0))
        #expect(asked.output == ["probe 1.4.0"])
        let service = try await ProbeProcess.service("well", environment: image)
        try await service.until("service starting")
        let line = try #require(service.output.first { $0.contains("service starting") })
        #expect(line.contains(#""service.version":"1.4.0""#) && line.contains(#""service.revision":"4f2a9c1""#))
        #expect(await service.child.terminate(grace: .seconds(20)) == .exited(0))
    }
}
