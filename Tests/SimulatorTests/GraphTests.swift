import Testing

@testable import Simulator

@Suite("platform behaviour 2: the element graph")
struct GraphTests {
    @Test("the two encodings of an id name the same element")
    func encodings() {
        let decimal = GUID("214.4712067068585916413")
        let base64 = GUID("AAAA1kFkoAiE4Tf9")
        #expect(decimal == base64)
        #expect(decimal.text(.base64url) == "AAAA1kFkoAiE4Tf9")
        #expect(base64.text(.decimal) == "214.4712067068585916413")
        #expect(base64.text(.asWritten) == "AAAA1kFkoAiE4Tf9")
        let negative = GUID("-1632138521.-1198775089551518743")
        #expect(GUID(negative.text(.base64url)) == negative)
        #expect(negative.firstPart == -1_632_138_521)
        #expect(GUID("machine one").text(.decimal) == "machine one", "anything else is opaque")
        #expect(GUID("machine one") != GUID("machine two"))
    }

    @Test("every machine's id ends in the same second part, and what is on it shares the first")
    func derivedIDs() throws {
        let scenario = """
            {"machines": [{"id": "a"}, {"id": "b"}], "files": [{"id": "f", "machine": "a"}]}
            """
        let world = try World(Scenario(Document(json: Array(scenario.utf8))), now: Bench.start)
        let machines = world.graph.all("Machine")
        #expect(machines.allSatisfy { $0.guid.text(.decimal).hasSuffix(".1198775089551518743") })
        #expect(machines.allSatisfy { $0.guid.text(.base64url).hasSuffix("Ci55eyTiwX") })
        #expect(Set(machines.map(\.guid)).count == 2)
        let file = try #require(world.graph.all("File").first)
        #expect(file.guid.firstPart == machines[0].guid.firstPart)
        let again = try World(Scenario(Document(json: Array(scenario.utf8))), now: Bench.start)
        #expect(again.graph.all("File").map(\.guid) == [file.guid], "ids are the same in every run")
    }

    @Test("an element is found by its id in either encoding, and the console may print the other")
    func search() async throws {
        try await Bench.run(TestWorld.scenario(#""console": {"guidEncoding": "base64url"}"#)) { bench async throws in
            let session = try await bench.login()
            let list: Document = ["step": ["guidList": ["-1632138521.1198775089551518743"]]]
            let answer = try await bench.search(
                query("Machine", fields: ["pylumId", "isIsolated"], more: list), session)
            let row = try #require(answer.rows.first)
            #expect(row.key == GUID("-1632138521.1198775089551518743").text(.base64url))
            #expect(row.value.value("pylumId") == "PYLUM_WS")
            #expect(row.value.value("isIsolated") == "false")
        }
    }

    @Test("malops have several decision statuses, unknown ones included, and may have no name")
    func malops() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let fields: Document = ["elementDisplayName", "decisionStatuses"]
            let rows = try await bench.search(query("MalopDetectionEvents", fields: fields), session).rows
            let statuses = rows["AAAA1kFkoAiE4Tf9"]?["simpleValues"]?["decisionStatuses"]
            #expect(statuses == ["totalValues": 2, "values": ["DDS_FAILED_TO_PREVENT", "DDS_PREVENTED"]])
            #expect(rows["214.1"]?.value("decisionStatuses") == "DDS_SOMETHING_NEW")
            #expect(rows["214.1"]?.value("elementDisplayName") == "")
        }
    }

    @Test("the details of an endpoint malop name machine, target and hash; of another kind they are refused")
    func details() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let body = #"{"malopGuid": "214.4712067068585916413"}"#
            let details = try await bench.post("/rest/detection/details", body, session).json()
            let suspect = try #require(details["fileSuspects"]?.items?.first)
            #expect(suspect["ownerMachineGuid"]?.text == "-1632138521.1198775089551518743")
            #expect(suspect["detectionDecisionStatus"]?.text == "DDS_FAILED_TO_PREVENT")
            #expect(details["files"]?.items?.first?["lastDetectionDecisionStatus"]?.text == "DDS_UNKNOWN")
            #expect(details["files"]?.items?.first?["quarantined"]?.bool == false)
            #expect(details["processSuspects"]?.items?.first?["guid"]?.text == "-1632138521.200")
            #expect(details["connections"]?.items?.first?["domainName"]?.text == "c2.example")
            #expect(details["decisionStatuses"] == ["Detected", "Prevented"])
            #expect(details["edr"]?.bool == false)
            #expect(details["machines"]?.items?.first?["pylumId"]?.text == "PYLUM_WS")
            for wrong in ["11.2718161727221199870", "214.99"] {
                let answer = await bench.post("/rest/detection/details", #"{"malopGuid": "\#(wrong)"}"#, session)
                #expect(answer.status == 400 && answer.text.contains("Malop ID is not valid"))
            }
        }
    }

    @Test("the inbox shows malops of both kinds that changed in a window")
    func inbox() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let window = #"{"startTime": 0, "endTime": \#(Bench.start)}"#
            let inbox = try await bench.post("/rest/detection/inbox", window, session).json()
            #expect(inbox["malops"]?.items?.compactMap { $0["edr"]?.bool } == [false, false, true])
            #expect(inbox["status"] == nil, "there is no envelope")
            let empty = #"{"startTime": 0, "endTime": 1}"#
            #expect(try await bench.post("/rest/detection/inbox", empty, session).json()["malops"] == [])
            let wrong = await bench.post("/rest/detection/inbox", #"{"startTime": 2, "endTime": 1}"#, session)
            #expect(wrong.status == 400 && wrong.text.contains("Time range is not valid"))
        }
    }

    @Test("a malop appears, a machine comes back and a process ends at their times")
    func scheduled() async throws {
        let scenario = """
            {"machines": [{"id": "m", "online": false, "onlineAfterMs": 5000}],
             "processes": [{"id": "p", "machine": "m", "endsAfterMs": 3000}],
             "malops": [{"id": "x", "guid": "214.5", "appearsAfterMs": 2000, "decisionStatuses": ["DDS_DETECTED"]}],
             "events": [{"afterMs": 6000, "malop": "x", "decisionStatuses": ["DDS_PREVENTED"]}]}
            """
        var world = try World(Scenario(Document(json: Array(scenario.utf8))), now: 0)
        let machine = try #require(world.graph.all("Machine").first).id
        let process = try #require(world.graph.all("Process").first).id
        #expect(world.malops.isEmpty)
        world.advance(to: 2000)
        #expect(world.malops.count == 1)
        #expect(world.graph[process]?.isTrue("isLiveProcess") == true)
        world.advance(to: 10_000)
        #expect(world.graph[process]?.first("endTime") == "3000")
        #expect(world.graph[machine]?.isTrue("isActiveProbeConnected") == true)
        #expect(world.graph.element("MalopDetectionEvents", "214.5")?.first("decisionStatuses") == "DDS_PREVENTED")
    }
}
