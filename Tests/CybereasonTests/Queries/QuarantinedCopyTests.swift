import JSON
import PlatformIDs
import Testing

@testable import Cybereason

@Suite("The quarantined copy of a file is recognized, never guessed")
struct QuarantinedCopyTests {
    static let file = FileIdentity(
        guid: "1.2", name: "inv.exe", machineID: "1.1", machineName: "WS", path: #"C:\Temp\inv.exe"#, sha1: "aa",
        md5: "bb")

    static func copy(_ guid: String, _ change: (inout FileIdentity) -> Void = { _ in }) -> FileIdentity {
        var copy = file
        copy.guid = guid
        change(&copy)
        return copy
    }

    @Test("one of the same name, machine and path or hash is it")
    func found() {
        #expect(Self.file.copy(among: [Self.copy("9.1")]) == .found("9.1"))
        let byPath = Self.copy("9.1") { ($0.sha1, $0.md5) = (nil, nil) }
        let byHash = Self.copy("9.1") { ($0.path, $0.md5) = (nil, "BB") }
        for copy in [byPath, byHash] { #expect(Self.file.copy(among: [copy]) == .found("9.1")) }
        #expect(Self.file.copy(among: []) == .nothing)
    }

    @Test("another file's copy is none, whatever else it has in common")
    func others() {
        let others = [
            Self.copy("9.1") { $0.name = "inv2.exe" }, Self.copy("9.2") { $0.machineID = "1.9" },
            Self.copy("9.3") { $0.path = #"D:\inv.exe"# }, Self.copy("9.4") { $0.sha1 = "cc" },
            Self.copy("9.5") { $0.originals = ["1.3"] },
        ]
        #expect(Self.file.copy(among: others) == .nothing)
        #expect(Self.file.copy(among: others + [Self.copy("9.6")]) == .found("9.6"))
    }

    @Test("by its name alone none is taken, and between two that may be it none is")
    func ambiguous() {
        let nameless = Self.copy("9.1") { ($0.path, $0.sha1, $0.md5) = (nil, nil, nil) }
        #expect(Self.file.copy(among: [nameless]) == .ambiguous(["9.1"]))
        #expect(Self.file.copy(among: [Self.copy("9.2"), Self.copy("9.1")]) == .ambiguous(["9.1", "9.2"]))
        #expect(Self.file.copy(among: [Self.copy("9.2"), nameless]) == .ambiguous(["9.1", "9.2"]))
        let certain = Self.copy("9.3") { $0.originals = ["1.2"] }
        #expect(Self.file.copy(among: [Self.copy("9.2"), nameless, certain]) == .found("9.3"), "by its own word")
        let again = Self.copy("9.4") { $0.originals = ["1.2"] }
        #expect(Self.file.copy(among: [certain, again]) == .ambiguous(["9.3", "9.4"]))
    }
}
