import HTTPServer
import JSON
import Testing

@testable import Cybereason

@Suite("States of elements")
struct ElementStateTests {
    private static let query = "/rest/visualsearch/query/simple"

    private static func answer(_ rows: String, total: Int) -> ServerResponse {
        .json(#"{"status":"SUCCESS","data":{"resultIdToElementDataMap":{\#(rows)},"totalResults":\#(total)}}"#)
    }

    @Test("of machines are asked for by id, and what is not said is not known")
    func machines() async throws {
        try await withConsole { console, client in
            let rows = #"""
                "-1.9":{"simpleValues":{"elementDisplayName":{"values":["host"]},"pylumId":{"values":["P1"]},
                  "isActiveProbeConnected":{"values":["true"]},"isIsolated":{"values":["false"]},
                  "group":{"values":["servers"]}}},
                "-2.9":{"simpleValues":{"isActiveProbeConnected":{"values":[null]}},
                  "elementValues":{"group":{"elementValues":[{"guid":"1.1","name":"laptops"}]}}},
                "-4.9":{"simpleValues":{"group":{"totalValues":0,"values":null}}},
                "-5.9":{"elementValues":{"group":{"totalValues":9,"elementValues":null}}},
                "-6.9":{"simpleValues":{}}
                """#
            console.on(Self.query, Self.answer(rows, total: 5))
            let states = try await client.machineStates(["-1.9", "-2.9", "-3.9"])
            #expect(states.found["-4.9"]?.groups == [], "it is in none")
            #expect(states.found["-5.9"] == MachineState(guid: "-5.9", groups: nil), "too many to write")
            #expect(states.found["-6.9"] == MachineState(guid: "-6.9", groups: nil), "it does not tell groups")
            #expect(
                states.found["-1.9"]
                    == MachineState(
                        guid: "-1.9", name: "host", pylumID: "P1", isConnected: true, isIsolated: false,
                        groups: ["servers"]))
            #expect(states.found["-2.9"] == MachineState(guid: "-2.9", groups: ["laptops"]))
            #expect(states.found["-3.9"] == nil)
            #expect(states.completeness == .whole)
            let request = console.seen(Self.query)[0].text
            #expect(
                request.contains(
                    #"{"requestedType":"Machine","guidList":["-1.9","-2.9","-3.9"],"filters":[],"isResult":true}"#))
        }
    }

    @Test("of many are asked for in several requests; one partial answer makes all partial")
    func chunks() async throws {
        try await withConsole { console, client in
            console.on(Self.query, Self.answer("", total: 0), .json(#"{"status":"PARTIAL_SUCCESS","data":null}"#))
            let states = try await client.machineStates((1...250).map { "-\($0).9" })
            #expect(console.seen(Self.query).count == 3)
            #expect(!states.completeness.isWhole)
        }
    }

    @Test("of nothing are asked for by nobody")
    func none() async throws {
        try await withConsole { console, client in
            let states = try await client.machineStates([])
            #expect(states.found.isEmpty)
            #expect(console.seen.isEmpty)
        }
    }

    @Test("of processes tell whether they have ended")
    func processes() async throws {
        try await withConsole { console, client in
            let rows = #"""
                "-1.5":{"simpleValues":{"endTime":{"values":["1700000000000"]},"isLiveProcess":{"values":["false"]}}},
                "-1.6":{"simpleValues":{"endTime":{"values":[null]},"isLiveProcess":{"values":["true"]}}}
                """#
            console.on(Self.query, Self.answer(rows, total: 2))
            let states = try await client.processStates(["-1.5", "-1.6"]).found
            #expect(states["-1.5"]?.endTime == Timestamp(milliseconds: 1_700_000_000_000))
            #expect(states["-1.5"]?.isLive == false)
            #expect(states["-1.6"]?.endTime == nil)
            #expect(states["-1.6"]?.isLive == true)
        }
    }

    @Test("of files tell whether they are in quarantine")
    func files() async throws {
        try await withConsole { console, client in
            let rows = #"""
                "-1.7":{"simpleValues":{"elementDisplayName":{"values":["evil.exe"]},"fileIsQuarantined":{"values":["true"]}},
                  "elementValues":{"ownerMachine":{"elementValues":[{"guid":"-1.9","name":"host"}]}}}
                """#
            console.on(Self.query, Self.answer(rows, total: 1))
            let state = try await client.fileStates(["-1.7"]).found["-1.7"]
            #expect(
                state
                    == FileState(
                        guid: "-1.7", name: "evil.exe", machineID: "-1.9", machineName: "host", isQuarantined: true))
        }
    }

    @Test("of files in quarantine give the id to bring them back with")
    func quarantined() async throws {
        try await withConsole { console, client in
            let row: (String, String, String, String) -> String = { id, name, machine, copy in
                #""\#(id)":{"simpleValues":{"elementDisplayName":{"values":["\#(name)"]}},"elementValues":{"#
                    + #""ownerMachine":{"elementValues":[{"guid":"\#(machine)","name":"host"}]},"#
                    + #""quarantineFile":{"elementValues":[{"guid":"\#(copy)","name":"x"}]}}}"#
            }
            let rows = [
                row("q1", "EVIL.exe", "-1.9", "c1"), row("q2", "evil.exe.bak", "-1.9", "c2"),
                row("q3", "evil.exe", "-2.9", "c3"), #""q4":{}"#,
            ]
            console.on(Self.query, Self.answer(rows.joined(separator: ","), total: 4))
            let files = try await client.quarantinedFiles(named: "evil.exe", onMachine: "host", machineID: "-1.9")
            #expect(files.found == ["c1": QuarantinedFile(guid: "c1", name: "evil.exe", machineID: "-1.9")])
            #expect(
                console.seen(Self.query)[0].text.contains(
                    #""filters":[{"facetName":"elementDisplayName","filterType":"ContainsIgnoreCase","values":["evil.exe"]},"#
                        + #"{"facetName":"ownerMachine","filterType":"ContainsIgnoreCase","values":["host"]}]"#))
        }
    }

    @Test(
        "is found under both spellings of its id, and under no other",
        arguments: [
            ("214.4712067068585916413", "AAAA1kFkoAiE4Tf9"), ("-1.-1", "________________"),
            ("-2147483648.0", "gAAAAAAAAAAAAAAA"), ("0.1", "AAAAAAAAAAAAAAAB"),
        ])
    func spellings(decimal: String, letters: String) {
        for (shown, asked) in [(decimal, letters), (letters, decimal), (decimal, decimal)] {
            let states = ElementStates(found: [shown: 1], completeness: .whole)
            #expect(states[asked] == 1)
            #expect(states["214.4712067068585916414"] == nil && states["AAAA1kFkoAiE4Tf_"] == nil && states["x"] == nil)
        }
    }
}
