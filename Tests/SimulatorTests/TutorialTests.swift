import Testing

@testable import Simulator

/// The requests and answers of the vendor's three tutorials, as they are printed there.
@Suite("the vendor's tutorials")
struct TutorialTests {
    static let machine = "-1632138521.1198775089551518743"

    @Test("the search for failed protection: the printed request has the printed answer")
    func failedProtection() async throws {
        let scenario = """
            {"malops": [
                {"id": "m", "guid": "AAAA1kFkoAiE4Tf9", "decisionStatuses": ["DDS_FAILED_TO_PREVENT"]},
                {"id": "n", "guid": "214.7", "decisionStatuses": ["DDS_PREVENTED"]}]}
            """
        try await Bench.run(scenario) { bench async throws in
            let answer = try await bench.post(
                "/rest/visualsearch/query/simple", Tutorial.searchRequest, try await bench.login()
            )
            .json()
            var expected = try Document(json: Array(Tutorial.searchAnswer.utf8))
            // These are of the moment: the id of the execution and how long its parts took.
            for key in ["executionUUID", "quapiMeasurementData"] {
                let real = answer["data"]?[key]
                #expect(real.map(Self.shape) == expected["data"]?[key].map(Self.shape), "\(key)")
                expected["data"]?[key] = real
            }
            #expect(Self.sorted(answer) == Self.sorted(expected))
        }
    }

    @Test(
        "stopping a process of a malop: the printed request has the printed answer, over at once and without a target")
    func responseAction() async throws {
        let scenario = """
            {"console": {"remediation": {"entryFields": "documented"}},
             "machines": [{"id": "m", "guid": "\(Self.machine)"}],
             "processes": [{"id": "p", "guid": "\(Self.machine)", "machine": "m"}],
             "remediation": [{"target": "p", "behaviour":
                {"emptyMs": 0, "pendingMs": 0, "inProgressMs": 0, "targetInLog": false}}]}
            """
        try await Bench.run(scenario) { bench async throws in
            let session = try await bench.login()
            let answer = try await bench.post("/rest/remediate", Tutorial.killRequest, session).json()
            let expected = try Document(json: Array(Tutorial.killAnswer.utf8))
            #expect(answer.members?.map(\.key) == expected.members?.map(\.key))
            for key in ["malopId", "initiatingUser"] { #expect(answer[key] == expected[key]) }
            let last = try #require(answer["statusLog"]?.items?.last)
            let printed = try #require(expected["statusLog"]?.items?.last)
            #expect(last.members?.map(\.key) == printed.members?.map(\.key))
            for key in ["machineId", "targetId", "status", "actionType"] { #expect(last[key] == printed[key]) }
            #expect(answer["end"]?.integer == Bench.start)
            let id = try #require(answer["remediationId"]?.text)
            #expect(id.count == 36)
            let url = "/rest/remediate/progress/admin%40myserver.com/11.2718161727221199870/\(id)"
            #expect(try await bench.get(url, session).json() == answer)
        }
    }

    @Test("quarantining a file without a malop: the printed request is accepted")
    func quarantine() async throws {
        let scenario = """
            {"machines": [{"id": "m", "guid": "1632138521.1198775089551518743"}],
             "files": [{"id": "f", "guid": "\(Self.machine)", "machine": "m"}]}
            """
        try await Bench.run(scenario) { bench async throws in
            let session = try await bench.login()
            let run = try await bench.post("/rest/remediate", Tutorial.quarantineRequest, session).json()
            bench.wait(ms: 1000)
            #expect(try await Remediation.progress(bench, session, run).statuses.last == "SUCCESS")
        }
    }

    @Test("reputations: the printed requests have the printed answers", arguments: Tutorial.reputations)
    func reputation(exchange: Tutorial.Reputation) async throws {
        try await Bench.run(Tutorial.reputationScenario, twoPorts: true) { bench async throws in
            let answer = await bench.intelligence.send(
                "POST", "/rest/classification_v1/\(exchange.endpoint)",
                headers: ["Content-Type": "application/json"], body: exchange.request)
            let expected = try Document(json: Array(exchange.answer.utf8))
            #expect(Self.sorted(try answer.json()) == Self.sorted(expected))
        }
    }

    /// A value of the same kind everywhere, so that only the form is compared.
    private static func shape(_ document: Document) -> Document {
        switch document {
        case .object(let members): .object(members.map { .init(key: $0.key, value: shape($0.value)) })
        case .array(let items): .array(items.map(shape))
        case .string(let text): .integer(text.count)
        case .integer, .number: 0
        case .bool, .null: document
        }
    }

    /// Members in the order of their names: JSON objects have none.
    private static func sorted(_ document: Document) -> Document {
        switch document {
        case .object(let members):
            .object(members.map { .init(key: $0.key, value: sorted($0.value)) }.sorted { $0.key < $1.key })
        case .array(let items): .array(items.map(sorted))
        default: document
        }
    }
}
