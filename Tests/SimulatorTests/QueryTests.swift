import Testing

@testable import Simulator

@Suite("platform behaviour 3: searches over HTTP")
struct QueryTests {
    @Test("the malop filter is called decisionStatus, the field decisionStatuses, and several values are alternatives")
    func singularFilter() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let wanted: Document = ["DDS_FAILED_TO_PREVENT", "DDS_FAILED_TO_QUARANTINE"]
            let filter: Document = [["facetName": "decisionStatus", "values": wanted]]
            let both: Document = ["decisionStatus", "decisionStatuses"]
            let rows = try await bench.search(query("MalopDetectionEvents", filters: filter, fields: both), session)
                .rows
            #expect(Set(rows.keys) == ["AAAA1kFkoAiE4Tf9"])
            #expect(rows.values.first?["simpleValues"]?.members?.map(\.key) == ["decisionStatuses"])
            let plural: Document = [["facetName": "decisionStatuses", "values": wanted]]
            #expect(try await bench.search(query("MalopDetectionEvents", filters: plural), session).rows.isEmpty)
        }
    }

    @Test("several filters must all hold; filters may be missing or misspelt")
    func andFilters() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let filters: Document = [
                ["facetName": "ownerMachine", "values": ["ws-0"], "filterType": "ContainsIgnoreCase"],
                ["facetName": "isSigned", "values": [true]],
            ]
            #expect(
                try await bench.search(query("File", filters: filters), session).rows.keys.sorted() == [
                    "-1632138521.101"
                ])
            #expect(try await bench.search(query("File", filters: []), session).rows.count == 3)
            let misspelt: Document = ["queryPath": [["requestedType": "File", "filter": filters, "isResult": "true"]]]
            #expect(try await bench.search(misspelt, session).rows.count == 3)
        }
    }

    @Test("a path is walked over links, and an element in its middle may be the result")
    func linkedPath() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let path: Document = [
                [
                    "requestedType": "Machine",
                    "filters": [["facetName": "elementDisplayName", "values": ["WS-01"]]],
                    "connectionFeature": ["elementInstanceType": "Process", "featureName": "ownerMachine"],
                    "isReversed": true,
                ],
                [
                    "requestedType": "Process", "isResult": true,
                    "connectionFeature": ["elementInstanceType": "Process", "featureName": "imageFile"],
                ],
                ["requestedType": "File"],
            ]
            let answer = try await bench.search(["queryPath": path, "customFields": ["imageFile.sha1String"]], session)
            #expect(answer.rows.keys.sorted() == ["-1632138521.200"])
            let row = answer.rows.values.first
            #expect(row?.value("imageFile.sha1String") == String(repeating: "a", count: 40))
            let counts = answer["data"]?["pathResultCounts"]?.items?.compactMap { $0["count"]?.integer }
            #expect(counts == [1, 1, 1])
        }
    }

    @Test("an edge of the other element's feature needs isReversed")
    func directionMatters() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let edge: Document = ["elementInstanceType": "Process", "featureName": "ownerMachine"]
            let path: Document = [
                ["requestedType": "Machine", "connectionFeature": edge],
                ["requestedType": "Process", "isResult": true],
            ]
            #expect(try await bench.search(["queryPath": path], session).rows.isEmpty)
        }
    }

    @Test("values are strings whatever they are, and nulls come in every variant")
    func values() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let fields: Document = ["isSigned", "size", "companyName", "productName", "signer", "noSuchFeature"]
            let one: Document = ["step": ["guidList": ["-1632138521.100"]]]
            let row = try await bench.search(query("File", fields: fields, more: one), session).rows.values.first
            let simple = try #require(row?["simpleValues"])
            #expect(simple["isSigned"] == ["totalValues": 1, "values": ["false"]])
            #expect(simple["size"] == ["totalValues": 1, "values": ["4244205568"]])
            #expect(simple["companyName"] == ["totalValues": 1, "values": [nil]])
            #expect(simple["productName"] == ["totalValues": 0, "values": []])
            #expect(simple["signer"] == ["totalValues": 0, "values": nil])
            #expect(simple["noSuchFeature"] == nil)
            #expect(row?["isMalicious"]?.bool == false)
        }
    }

    @Test("linked elements are references; perFeatureLimit shortens lists but not their totals")
    func perFeatureLimit() async throws {
        let more = """
            "elements": [{"type": "Machine", "id": "big", "guid": "9.1198775089551518743", "name": "big",
                "features": {"mountPoints": ["c", "d", "e"]},
                "links": {"files": {"type": "File", "targets": ["dropper", "editor"]},
                          "processes": {"targets": null, "totalValues": 91249}}}]
            """
        try await Bench.run(TestWorld.scenario(more)) { bench async throws in
            let session = try await bench.login()
            let more: Document = [
                "step": ["guidList": ["9.1198775089551518743"]], "query": ["perFeatureLimit": 1],
            ]
            let row = try await bench.search(query("Machine", more: more), session).rows.values.first
            #expect(row?["simpleValues"]?["mountPoints"] == ["totalValues": 3, "values": ["c"]])
            let files = row?["elementValues"]?["files"]
            #expect(files?["totalValues"] == 2)
            #expect(files?["elementValues"]?.items?.count == 1)
            #expect(row?.linked("files")?["elementType"] == "File")
            #expect(row?.linked("files")?["guid"] == "-1632138521.100")
            #expect(row?["elementValues"]?["processes"]?["elementValues"] == .null)
            #expect(row?["elementValues"]?["processes"]?["totalValues"] == 91_249)
        }
    }

    @Test("the limit that was applied is echoed, not the one that was asked for")
    func clampedLimits() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let wide: Document = ["query": ["perGroupLimit": 12_000]]
            let malops = try await bench.search(query("MalopDetectionEvents", more: wide), session)
            #expect(malops["data"]?["queryLimits"]?["totalResultLimit"] == 100)
            #expect(malops["data"]?["queryLimits"]?["perGroupLimit"] == 1000)
            let files = try await bench.search(query("File"), session)
            #expect(files["data"]?["queryLimits"]?["totalResultLimit"] == 10_000)
        }
    }

    @Test("limits of one bring a row more than was asked for")
    func limitPlusOne() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let one: Document = ["query": ["perGroupLimit": 1, "totalResultLimit": 1]]
            #expect(try await bench.search(query("File", more: one), session).rows.count == 2)
            let usual: Document = ["query": ["totalResultLimit": 1]]
            let answer = try await bench.search(query("File", more: usual), session)
            #expect(answer.rows.count == 1)
            #expect(answer["data"]?["totalPossibleResults"] == 3)
        }
    }

    @Test("a legacy console lacks what later ones added")
    func legacyEnvelope() async throws {
        try await Bench.run(TestWorld.scenario(#""console": {"query": {"envelope": "legacy"}}"#)) {
            bench async throws in
            let session = try await bench.login()
            let answer = try await bench.search(query("File"), session)
            let data = answer["data"]
            for key in ["totalResults", "guids", "paginationToken", "executionUUID", "quapiMeasurementData"] {
                #expect(data?[key] == nil, "\(key)")
            }
            #expect(answer["expectedResults"] == 1)
            #expect(answer["failedServersInfo"] == nil)
            let row = data?["resultIdToElementDataMap"]?.members?.first
            #expect(row?.value["filterData"]?["groupByValue"]?.text == "FileRuntime:\(row?.key ?? "") ")
            #expect(row?.value["labelsIds"] == [])
        }
    }

    @Test("behavioural malops are asked for with the result flag of that endpoint")
    func crimes() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let body: Document = [
                "totalResultLimit": 10_000, "perGroupLimit": 10_000, "perFeatureLimit": 100,
                "templateContext": "OVERVIEW",
                "queryPath": [["requestedType": "MalopProcess", "filters": nil, "result": true]],
            ]
            let rows = try await bench.search(body, session, path: "/rest/crimes/unified").rows
            let row = try #require(rows["11.2718161727221199870"])
            #expect(row.linked("suspects")?["guid"] == "-1632138521.200")
            #expect(row.linked("affectedMachines")?["name"] == "WS-01")
            #expect(row.linked("registryKeysToRemediate")?["elementType"] == "Autorun")
            #expect(row["simpleValues"]?["closeTime"] == ["totalValues": 1, "values": [nil]])
        }
    }

    @Test("a search that makes no sense is 500, a body that is no JSON 400")
    func malformed() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let search = "/rest/visualsearch/query/simple"
            #expect(await bench.post(search, "{}", session).status == 500)
            #expect(await bench.post(search, #"{"queryPath": [{"requestedType": "File"}]}"#, session).status == 500)
            #expect(await bench.post(search, "{", session).status == 400)
            let unknown: Document = [["facetName": "size", "values": [1], "filterType": "Resembles"]]
            #expect(await bench.post(search, query("File", filters: unknown), session).status == 500)
        }
    }
}
