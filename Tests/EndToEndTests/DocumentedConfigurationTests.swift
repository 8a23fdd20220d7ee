import FoundationEssentials
import Testing

@testable import Detector
@testable import Enricher
@testable import Remediator
@testable import Runtime
@testable import Tracker

/// README.md's table of configuration keys, against what each service's `--help` lists.
@Suite struct DocumentedConfigurationTests {
    @Test("README.md names every key that a service reads, and no other") func keys() throws {
        let documented = try documentedKeys()
        let declared = declaredKeys()
        #expect(Set(documented).count == documented.count, "a key is named twice")
        #expect(declared.subtracting(documented).sorted() == [], "keys that README.md does not name")
        #expect(Set(documented).subtracting(declared).sorted() == [], "keys in README.md that no service reads")
    }

    /// The first cells of the table; what is passed on under a prefix is `PREFIX_…`.
    private func documentedKeys() throws -> [String] {
        let readme = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("README.md")
        let lines = String(decoding: try Data(contentsOf: readme), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let begin = try #require(lines.firstIndex(of: "## Configuration"))
        let section = lines[(begin + 1)...].prefix { !$0.hasPrefix("## ") }
        let keys = section.filter { $0.hasPrefix("| `") }.map { row in
            String(row.dropFirst(3).prefix { $0 != "`" })
        }
        return try #require(keys.isEmpty ? nil : keys)
    }

    private func declaredKeys() -> Set<String> {
        keys(of: DetectorConfiguration.self, "detector")
            .union(keys(of: EnricherConfiguration.self, "enricher"))
            .union(keys(of: RemediatorConfiguration.self, "remediator"))
            .union(keys(of: TrackerConfiguration.self, "tracker"))
    }

    /// What `--help` lists: each key alone on a line, indented by two.
    private func keys<Configuration: ServiceConfiguration>(of type: Configuration.Type, _ name: String) -> Set<String> {
        let service = ServiceDescription(name: name, summary: "", version: "")
        var reader = service.reader([:])
        _ = ServiceSettings<Configuration>(reading: &reader)
        let lines = reader.help.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
        return Set(lines.map { String($0.dropFirst(2)) })
    }
}
