import HTTPServer
import JSON
import Testing

@testable import Cybereason

@Suite("Details of a malop")
struct MalopDetailsTests {
    private static let details = "/rest/detection/details"
    private static let options = "/rest/detection/custom-remediation"
    private static let crimes = "/rest/crimes/unified"
    private static let query = "/rest/visualsearch/query/simple"
    private static let nothing = #"{"status":"SUCCESS","data":{"resultIdToElementDataMap":{},"totalResults":0}}"#

    @Test("of endpoint protection: machines, suspects and hashes; a suspect's status goes before the file's")
    func endpointProtection() async throws {
        try await withConsole { console, client in
            console.on(Self.details, .json(Self.protectionMalop))
            let details = try await client.malopDetails("AAAA1malop")
            #expect(console.seen(Self.details)[0].text == #"{"malopGuid":"AAAA1malop"}"#)
            #expect(details.source == .detectionDetails)
            #expect(details.displayName == "evil.sys")
            #expect(details.machines.map(\.guid) == ["-10.119"])
            #expect(details.machines.first?.pylumID == "PYLUM_1")
            #expect(details.machines.first?.isConnected == false)
            #expect(details.machines.first?.groups == ["servers"])
            #expect(
                details.hashes == [
                    "a21c84c6bf2e21d69fa06daaf19b4cc34b589347", "680237acfd23e9ed0d03adfc8b593d0d906a0c73",
                ])
            let file = try #require(details.suspects.first)
            #expect(details.suspects.count == 1)
            #expect(file.kind == .file)
            #expect(file.decisionStatus == "DDS_FAILED_TO_PREVENT")
            #expect(file.isQuarantined == false)
            #expect(file.machineID == "-10.119")
            #expect(file.sha1 == "adc83b19e793491b1c6ea0fd8b46cd9f32e592fc")
            #expect(file.md5 == "0cc175b9c0f1b6a831c399e269772661")
            #expect(file.path == #"c:\System\evil.sys"#)
            #expect(details.addresses == ["6.6.6.6", "7.7.7.7"])
            #expect(details.domains == ["evil.example"])
            #expect(details.completeness == .whole)
            #expect(console.seen(Self.query).isEmpty)
        }
    }

    @Test("hashes that are missing are asked for; without them the details are partial")
    func missingHashes() async throws {
        try await withConsole { console, client in
            console.on(
                Self.details, .json(#"{"guid":"g","processSuspects":[{"guid":"-10.5","elementDisplayName":"p"}]}"#))
            console.on(Self.query, .json(Self.processAnswer), .text("no", status: 400))
            let details = try await client.malopDetails("g")
            #expect(details.suspects.first?.sha1 == "adc83b19e793491b1c6ea0fd8b46cd9f32e592fc")
            #expect(details.suspects.first?.machineID == "-10.119")
            #expect(details.completeness == .whole)
            let bare = try await client.malopDetails("g")
            #expect(bare.suspects.first?.sha1 == nil)
            #expect(!bare.completeness.isWhole)
        }
    }

    @Test(
        "every list and value may be missing or null",
        arguments: [
            #"{"guid":"g"}"#,
            #"{"guid":"g","displayName":null,"machines":null,"fileSuspects":null,"processSuspects":null,"files":null}"#,
            #"{"guid":"g","machines":[null,{},{"guid":null}],"fileSuspects":[null,{},{"guid":""}],"connections":[null,{}]}"#,
            #"{"guid":"g","machines":{},"fileSuspects":"x","rootCauseElementHashes":[null,""],"creationTime":"soon"}"#,
        ])
    func loose(answer: String) async throws {
        try await withConsole { console, client in
            console.on(Self.details, .json(answer))
            let details = try await client.malopDetails("g")
            #expect(details == MalopDetails(malopID: "g", source: .detectionDetails))
        }
    }

    @Test("of behaviour: from the malop, its processes and their connections", arguments: [400, 404, 500])
    func behaviour(code: Int) async throws {
        try await withConsole { console, client in
            console.on(Self.details, .text("Malop ID is not valid", status: code))
            console.on(Self.crimes, .json(Self.behaviourAnswer))
            console.on(Self.query, .json(Self.processAnswer), .json(Self.connectionAnswer))
            let details = try await client.malopDetails("11.1")
            #expect(details.source == .investigation)
            #expect(details.machines.map(\.guid) == ["-10.119"])
            #expect(details.suspects.map(\.guid) == ["-10.5"])
            #expect(details.suspects.first?.kind == .process)
            #expect(details.addresses == ["6.6.6.6"])
            #expect(details.domains == ["evil.example"])
            let queries = console.seen(Self.query).map(\.text)
            #expect(
                queries[0].contains(
                    #""queryPath":[{"requestedType":"MalopProcess","guidList":["11.1"],"filters":[],"connectionFeature":"#
                        + #"{"elementInstanceType":"MalopProcess","featureName":"suspects"}},{"requestedType":"Process","#
                        + #""filters":[],"isResult":true}]"#))
            #expect(queries[1].contains(#""featureName":"connections"}},{"requestedType":"Connection""#))
        }
    }

    @Test("from the actions that the console offers, where nothing else knows it")
    func options() async throws {
        try await withConsole { console, client in
            console.on(Self.details, .text("Not Found", status: 404))
            console.on(Self.crimes, .json(Self.nothing))
            console.on(Self.query, .json(Self.nothing))
            console.on(Self.options, .json(Self.optionsAnswer))
            let details = try await client.malopDetails("AAAA1000MalopGUI")
            #expect(details.source == .customRemediation)
            #expect(details.machines == [MachineState(guid: "AAAAM0000MachGUI", name: "host", isConnected: false)])
            #expect(details.suspects.map(\.guid) == ["AAAAF0000FileGUID", "AAAAP"])
            #expect(details.suspects.map(\.kind) == [.file, .process])
            #expect(
                console.seen(Self.options)[0].text
                    == #"{"detectionEventMalopGuids":["AAAA1000MalopGUI"],"processMalopGuids":[]}"#)
        }
    }

    @Test(
        "what only the offered actions tell is whole if nothing else knows the malop, and partial if something failed",
        arguments: [(400, true), (404, true), (500, false)])
    func optionsAfterFailure(code: Int, isWhole: Bool) async throws {
        try await withConsole { console, client in
            console.on(Self.details, .text("no", status: code))
            console.on(Self.crimes, .json(Self.nothing))
            console.on(Self.query, .json(Self.nothing))
            console.on(Self.options, .json(Self.optionsAnswer))
            let details = try await client.malopDetails("AAAA1000MalopGUI")
            #expect(details.source == .customRemediation)
            #expect(details.completeness.isWhole == isWhole)
        }
    }

    @Test(
        "an offered action makes a suspect only of a process, a file or a registry entry",
        arguments: [
            ("DELETE_REGISTRY_KEY", Suspect.Kind.registryEntry), ("ISOLATE_MACHINE", nil), ("FROM_THE_FUTURE", nil),
        ])
    func offered(type: String, kind: Suspect.Kind?) {
        let option = RemediationOption(
            type: RemediationActionType(rawValue: type), targetID: "target-1", machineID: "machine-1")
        let details = MalopDetails(malopID: "g", options: [option])
        #expect(details.suspects.map(\.kind) == (kind.map { [$0] } ?? []))
        #expect(details.machines.map(\.guid) == ["machine-1"])
    }

    @Test("a malop that nothing knows is an error in the console's words")
    func unknown() async throws {
        try await withConsole { console, client in
            console.on(Self.details, .json(#"{"result":"Malop ID is not valid"}"#, status: 400))
            console.on(Self.crimes, .json(Self.nothing))
            console.on(Self.options, .json(#"{"data":[],"status":"SUCCESS","errorMessage":""}"#))
            let error = await consoleError { () async throws(ConsoleError) in _ = try await client.malopDetails("g") }
            #expect(error?.kind == .rejected)
            #expect(error?.detail == "Malop ID is not valid")
        }
    }

    @Test("a console that is away is asked no further")
    func away() async throws {
        try await withConsole { console, client in
            console.on(Self.details, .text("no", status: 503))
            let error = await consoleError { () async throws(ConsoleError) in _ = try await client.malopDetails("g") }
            #expect(error?.kind == .unavailable)
            #expect(console.seen(Self.crimes).isEmpty)
        }
    }
}
