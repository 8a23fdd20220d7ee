import Testing

@testable import Simulator

@Suite("the query engine by values")
struct QueryEngineTests {
    static func world(_ more: String = "") throws -> World {
        try World(Scenario(Document(json: Array(TestWorld.scenario(more).utf8))), now: Bench.start)
    }

    static func found(
        _ body: Document, switches: QuerySwitches = QuerySwitches(), in world: World
    ) throws -> [String] {
        let query = try Query(body, parameters: PageParameters(), switches: switches)
        let matches = try QueryEngine(graph: world.graph, switches: switches).run(query)
        return matches.elements.compactMap { world.graph[$0]?.name }
    }

    @Test(
        "each operator accepts what it should",
        arguments: [
            ("Equals", ["10"], ["10", "x"], true), ("Equals", ["ab"], ["AB"], false),
            ("NotEquals", ["a", "b"], ["a"], false),
            ("NotEquals", ["b"], ["a"], true), ("NotEquals", [], ["a"], true),
            ("ContainsIgnoreCase", ["PowerShell.exe"], ["shell"], true),
            ("NotContainsIgnoreCase", ["abc"], ["B"], false),
            ("MatchesWildcard", ["report.docx"], ["*.doc?"], true),
            ("MatchesWildcard", ["report.docx"], ["?.doc*"], false),
            ("MatchesToken", ["C:\\Temp\\evil tool.exe"], ["TOOL"], true),
            ("MatchesToken", ["tooling"], ["tool"], false),
            ("Includes", ["a", "b"], ["b"], true), ("NotIncludes", ["a"], ["a"], false),
            ("GreaterThan", ["10"], ["9"], true),
            ("GreaterThan", ["10"], ["10"], false), ("GreaterOrEqualsTo", ["10"], ["10"], true),
            ("LessThan", ["x"], ["10"], false),
            ("LessThan", ["2"], ["10"], true), ("LessOrEqualsTo", ["10"], ["9"], false),
            ("Between", ["5"], ["1", "9"], true),
            ("Between", ["10"], ["1", "9"], false), ("Between", ["5"], ["1"], false),
        ] as [(String, [String], [String], Bool)])
    func operators(name: String, values: [String], wanted: [String], accepts: Bool) throws {
        let comparison = try #require(FilterOperator.named(name, exactly: true))
        #expect(comparison.accepts(values, wanted: wanted) == accepts)
    }

    @Test("what a filter without an operator means is a switch")
    func defaultOperator() throws {
        let world = try Self.world()
        let body = query("File", filters: [["facetName": "elementDisplayName", "values": ["editor"]]])
        #expect(try Self.found(body, in: world) == [])
        #expect(
            try Self.found(body, switches: QuerySwitches(defaultOperator: .containsIgnoreCase), in: world) == [
                "Editor.exe"
            ])
    }

    @Test("whether an operator's case matters is a switch")
    func operatorCase() throws {
        let world = try Self.world()
        let body = query(
            "File", filters: [["facetName": "elementDisplayName", "values": ["run.ps1"], "filterType": "equals"]])
        #expect(try Self.found(body, in: world) == ["run.ps1"])
        #expect(throws: MalformedQuery.self) {
            try Self.found(body, switches: QuerySwitches(operatorCase: .exact), in: world)
        }
    }

    @Test("what a facet that nobody knows does is a switch")
    func unknownFacet() throws {
        let world = try Self.world()
        let body = query("File", filters: [["facetName": "colour", "values": ["red"]]])
        #expect(try Self.found(body, in: world) == [])
        #expect(try Self.found(body, switches: QuerySwitches(unknownFacet: .ignored), in: world).count == 3)
        #expect(throws: MalformedQuery.self) {
            try Self.found(body, switches: QuerySwitches(unknownFacet: .error), in: world)
        }
    }

    @Test("a time range keeps what overlaps it")
    func timeRange() throws {
        let world = try Self.world()
        func body(_ start: Int64, _ end: Int64) -> Document {
            let range: Document = [
                "startFeatureId": "Process.creationTime", "endFeatureId": "Process.endTime",
                "startTime": .integer(start), "endTime": .integer(end),
            ]
            return query("Process", more: ["step": ["timeRange": range]])
        }
        let started = Bench.start - 3_600_000
        #expect(try Self.found(body(started - 10, started + 10), in: world).count == 3)
        #expect(try Self.found(body(started - 20, started - 10), in: world) == [])
    }

    @Test("a window without features means the lifetime of what is bound to time, and nothing to what is not")
    func plainTimeRange() throws {
        let world = try Self.world()
        func found(_ type: String, _ start: Int64, _ end: Int64) throws -> Int {
            let range: Document = ["startTime": .integer(start), "endTime": .integer(end)]
            return try Self.found(query(type, more: ["step": ["timeRange": range]]), in: world).count
        }
        let started = Bench.start - 600_000
        #expect(try found("MalopDetectionEvents", started, started) == 2)
        #expect(
            try found("MalopDetectionEvents", Bench.start, Bench.start + 1) == 2, "its last update was at the start")
        #expect(try found("MalopDetectionEvents", Bench.start + 1, Bench.start + 2) == 0)
        #expect(try found("MalopDetectionEvents", 0, started - 1) == 0)
        #expect(try found("File", 0, 1) == 3)
    }

    @Test("dotted facets and several links in a row are followed")
    func dottedFacets() throws {
        let world = try Self.world()
        let hash = Document.string(String(repeating: "a", count: 40))
        let body = query("Process", filters: [["facetName": "imageFile.sha1String", "values": [hash]]])
        #expect(try Self.found(body, in: world) == ["dropper.exe"])
        let path: Document = [
            [
                "requestedType": "Process",
                "connectionFeature": ["elementInstanceType": "Process", "featureName": "connections"],
            ],
            [
                "requestedType": "Connection",
                "connectionFeature": ["elementInstanceType": "Connection", "featureName": "remoteAddress"],
            ],
            ["requestedType": "IpAddress", "isResult": true],
        ]
        #expect(try Self.found(["queryPath": path], in: world) == ["203.0.113.9"])
    }

    @Test("the feature that links an endpoint malop to its machines is a switch, and none by default")
    func malopLinks() throws {
        let plain = try Self.world()
        #expect(plain.graph.element("MalopDetectionEvents", "214.1")?.links.isEmpty == true)
        let linked = try Self.world(#""console": {"query": {"detectionEventsMachineLink": "affectedMachines"}}"#)
        #expect(
            linked.graph.element("MalopDetectionEvents", "214.1")?.link("affectedMachines")?.guid
                == GUID("AAAAMxCi55eyTiwX"))
    }

    @Test("exactly one element of a path is the result")
    func oneResult() {
        let two: Document = [
            "queryPath": [
                ["requestedType": "File", "isResult": true], ["requestedType": "File", "isResult": true],
            ]
        ]
        #expect(throws: MalformedQuery.self) {
            try Query(two, parameters: PageParameters(), switches: QuerySwitches())
        }
    }
}
