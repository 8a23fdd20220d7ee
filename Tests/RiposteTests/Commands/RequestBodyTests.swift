import Model
import Runtime
import Testing

@testable import Riposte

/// Requests made of JSON.
@Suite struct RequestBodyTests {
    private func request(_ text: String) throws -> RemediationRequest {
        try RequestBody.request(Array(text.utf8), source: "body.json")
    }

    @Test("the body of POST /rest/remediate is a request as it stands") func plain() throws {
        let request = try request(
            """
            {"malopId": "11.1", "initiatorUserName": "admin@example.com",
             "actionsByMachine": {"126576.1": [{"targetId": "5.2", "actionType": "KILL_PROCESS"}]}}
            """)
        #expect(request.targets.map(\.description) == ["KILL_PROCESS of 5.2 on 126576.1"])
        #expect(request.requestId == nil)
    }

    @Test("a word of the console that we do not know is left to the executor") func unknownAction() throws {
        let request = try request(#"{"actionsByMachine": {"1.1": [{"targetId": "5.2", "actionType": "FREEZE"}]}}"#)
        #expect(request.targets.first?.actionType.rawValue == "FREEZE")
    }

    @Test(
        "a mistake is named with its place",
        arguments: [
            ("{\"actionsByMachine\": {", "byte 22"),
            ("[]", "wrong type at byte 0 ($): expected object"),
            ("{}", "$.actionsByMachine"),
            (#"{"actionsByMachine": {}}"#, "$.actionsByMachine: names no action"),
            (#"{"actionsByMachine": {"1.1": []}}"#, "$.actionsByMachine: names no action"),
            (#"{"actionsByMachine": {"1.1": [{"actionType": "KILL_PROCESS"}]}}"#, "targetId"),
            (
                #"{"actionsByMachine": {"1.1": [{"targetId": "", "actionType": "KILL_PROCESS"}]}}"#,
                #"$.actionsByMachine["1.1"][0].targetId: is empty"#
            ),
            (#"{"actionsByMachine": {"1.1": [{"targetId": "5.2", "actionType": ""}]}}"#, "actionType: is empty"),
            (#"{"actionsByMachine": {"": [{"targetId": "5", "actionType": "K"}]}}"#, "a machine's id is empty"),
            (
                #"{"notAfter": "soon", "actionsByMachine": {"1.1": [{"targetId": "5", "actionType": "K"}]}}"#,
                "$.notAfter"
            ),
            (
                #"{"requestId": "", "actionsByMachine": {"1.1": [{"targetId": "5", "actionType": "K"}]}}"#,
                "$.requestId: is empty"
            ),
            (
                #"{"schemaVersion": 2, "actionsByMachine": {"1.1": [{"targetId": "5", "actionType": "K"}]}}"#,
                "schemaVersion is not 1"
            ),
        ])
    func mistakes(_ text: String, _ words: String) {
        let mistake = #expect(throws: RequestBody.Mistake.self) { try request(text) }
        #expect(mistake?.source == "body.json")
        #expect(mistake?.description.contains(words) == true, "\(mistake?.description ?? "")")
    }

    @Test("a mistake ends the command with 1, a file that is not there with 64, before anything is published")
    func command() async throws {
        let file = try TemporaryFile("{}")
        // Nobody listens there: had it tried, the code would be 75.
        let run = CommandRun(environment: ["KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"])
        #expect(await run.run("request", "--body", file.path) == .failed)
        #expect(run.errors.contains("\(file.path): "))
        #expect(await run.run("request", "--body", file.path + ".not") == .usage)
        #expect(run.errors.contains("cannot be read"))
    }

    @Test("an id beside a body that has another is refused") func otherID() async throws {
        let file = try TemporaryFile(
            #"{"requestId": "a", "actionsByMachine": {"1.1": [{"targetId": "5", "actionType": "KILL_PROCESS"}]}}"#)
        let run = CommandRun()
        #expect(await run.run("request", "--body", file.path, "--id", "b") == .usage)
        #expect(run.errors.contains("the body has another requestId, a"))
    }
}
