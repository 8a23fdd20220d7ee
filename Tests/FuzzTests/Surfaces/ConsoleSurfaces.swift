import JSON
import Model

@testable import Cybereason
@testable import Detector
@testable import Pipeline
@testable import Remediator
@testable import Tracker

/// Every answer of the console, through the client that the services use, and what they make of it.
enum ConsoleSurfaces {
    static let machine = "-10.1198775089551518743"
    static let malop = "AAAA1kFkoAiE4Tf9"
    static let behaviour = "11.-2600105145818681902"
    static let order = RemediationOrder(
        malopID: malop, initiator: "riposte",
        actions: [.init(machineID: machine, targetID: "-10.55", type: .killProcess)])

    /// What a console's machinery answers in its place.
    static let pages = [
        FuzzInput("HTTP/1.1 302 Found\r\nLocation: /login.html\r\nSet-Cookie: JSESSIONID=AB; Path=/\r\n\r\n", ""),
        FuzzInput(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", "<html><title>Cybereason | Login</title><app-login>"),
        FuzzInput(
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\n\r\n",
            "<html><head><title>503 Service Temporarily Unavailable</title></head></html>"),
        FuzzInput(
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
            "<html><head><TITLE lang=en>404 Not Found</TITLE></head><body>nginx</body></html>"),
        FuzzInput("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\n", "default backend - 404"),
        FuzzInput("HTTP/1.1 429 Too Many\r\nRetry-After: Sun, 22 Nov 2026 10:00:30 GMT\r\n\r\n", "{}"),
        FuzzInput(
            "HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\n\r\n",
            #"{"status":"FAILURE","message":"javax.ws.rs.InternalServerErrorException: HTTP 500","failures":1}"#),
        FuzzInput("HTTP/1.1 204 No Content\r\n\r\n", ""),
        FuzzInput(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 Bad\r\nX: a\r\n b\r\n\r\n", #"{"error":{"message":"no"}}"#),
    ]

    static let tutorialReport = FuzzInput(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
        """
        {"malopId": "\(malop)", "remediationId": "86f3faa1-bac0-4a17-9192-9d106b734664", "start": 1518604850656,
         "end": 1518604850744, "initiatingUser": "riposte", "statusLog": [{"machineId": "\(machine)", "targetId": null,
         "status": "SUCCESS", "actionType": "KILL_PROCESS", "timestamp": 1518604850714}, {"machineId": "\(machine)",
         "targetId": "-10.55", "status": "FAILURE", "actionType": "KILL_PROCESS", "timestamp": 1518604850715,
         "error": {"message": "gone", "errorType": "INVALID_ARGUMENT"}}]}
        """)

    /// A malop that only the list of offered actions knows.
    static let options = FuzzInput(
        "HTTP/1.1 204 No Content\r\n\r\n", "",
        "HTTP/1.1 200 OK\r\n\r\n", #"{"data":{"resultIdToElementDataMap":{},"totalResults":0},"status":"SUCCESS"}"#,
        "HTTP/1.1 200 OK\r\n\r\n",
        """
        {"data": [{"remediationType": "QUARANTINE_FILE", "targetId": "-10.77", "targetName": "evil.exe",
          "machineId": "\(machine)", "machineName": "ws", "machineConnected": true, "uniqueId": "1"}]}
        """)

    /// A surface whose seeds the simulator gives.
    ///
    /// - Parameter kept: How many of its answers, the last ones; all unless given.
    static func surface(
        _ name: String, more: [FuzzInput] = [], kept: Int? = nil, seed: (ConsoleClient) async throws -> Void,
        _ feed: @escaping @Sendable (ConsoleClient, ScriptedServer) async throws -> Verdict
    ) async throws -> Surface {
        var seed = try await Recorder.input(seed)
        if let kept { seed.parts = seed.parts.suffix(2 * kept) }
        return Surface(
            name, from: .answer, seeds: Array(repeating: seed, count: 20) + more + more + more, refused: pages
        ) { input in
            let server = ScriptedServer(input)
            let client = try server.client
            do {
                let verdict = try await feed(client, server)
                _ = client.clock.reading.map { Records.now + $0.difference }
                return verdict
            } catch let error as ConsoleError {
                try require(!error.detail.isEmpty, "an error without words")
                return .refused(error.description)
            }
        }
    }

    static func make() async throws -> [Surface] {
        try await [login()] + queries() + remediations() + isolation()
    }

    private static func login() -> Surface {
        let answer = "HTTP/1.1 302 Found\r\nLocation: /#/current?\r\nSet-Cookie: rememberMe=deleteMe; Max-Age=0\r\n"
        let cookie = "Set-Cookie: JSESSIONID=0123456789ABCDEF0123456789ABCDEF; Path=/; HttpOnly; Secure\r\n\r\n"
        let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        let whole = FuzzInput(answer + cookie, "", page, "<title>Cybereason</title><app></app>")
        let refused = [
            FuzzInput(
                "HTTP/1.1 302 Found\r\nLocation: /login.html?tfa\r\n" + cookie, "", page, "<input name=totpCode>"),
            FuzzInput("HTTP/1.1 302 Found\r\nLocation: https://x.example/login.html?error=true\r\n" + cookie, ""),
        ]
        return Surface(
            "login", from: .answer, seeds: Array(repeating: whole, count: 4),
            refused: refused + refused + refused + refused + pages
        ) { input in
            let server = ScriptedServer(input, isLogin: true)
            let client = try server.client
            do {
                try await client.logIn(deadline: server.deadline)
                try require(server.seen.first?.isOnce == true, "the password is sent more than once")
                try require(server.seen.allSatisfy { $0.path.hasPrefix("/") }, "the login leads to another host")
                return .understood
            } catch let error as ConsoleError {
                return .refused(error.description)
            }
        }
    }

    private static func queries() async throws -> [Surface] {
        let failed = try await surface("failed-protections") {
            _ = try await $0.failedProtections()
        } _: { client, server in
            let answer = try await client.failedProtections(deadline: server.deadline)
            try require(Set(answer.rows.map(\.malopID)).count == answer.rows.count, "a malop twice")
            try require(server.seen.count <= 1000, "\(server.seen.count) requests for one query")
            for row in answer.rows {
                try found(row, MalopDetails(malopID: row.malopID, source: .investigation))
            }
            return answer.completeness.isWhole ? .understood : .refused("\(answer.completeness)")
        }
        return try await [failed, details("malop-details", malop), details("malop-behaviour", behaviour)] + states()
    }

    private static func details(_ name: String, _ id: String) async throws -> Surface {
        try await surface(name, more: [options]) {
            _ = try await $0.malopDetails(id)
        } _: { client, server in
            let details = try await client.malopDetails(id, deadline: server.deadline)
            try found(FailedProtectionRow(malopID: id, decisionStatuses: ["DDS_FAILED_TO_PREVENT"]), details)
            return .understood
        }
    }

    /// The detection that the detector makes of it.
    private static func found(_ row: FailedProtectionRow, _ details: MalopDetails) throws {
        let detection = Detection(row, details, detectedAt: Records.now, resumeFrom: Records.now)
        try Records.roundTrip(detection)
        try Topics.shrinks(detection)
    }

    private static func states() async throws -> [Surface] {
        let machines = try await surface("machine-states") {
            _ = try await $0.machineStates([machine, "20.1198775089551518743"])
        } _: { client, server in
            let states = try await client.machineStates([machine], deadline: server.deadline)
            var board = MachineBoard()
            board.want([machine])
            let query = board.nextQuery() ?? []
            board.take(.success(states), to: query, at: .now)
            return states[machine] != nil ? .understood : .refused("\(states.completeness)")
        }
        let processes = try await surface("process-states") {
            _ = try await $0.processStates(["-10.55"])
        } _: { client, server in
            let states = try await client.processStates(["-10.55"], deadline: server.deadline)
            return states["-10.55"] != nil ? .understood : .refused("\(states.completeness)")
        }
        let files = try await surface("file-states") {
            _ = try await $0.fileStates(["-10.77"])
            _ = await $0.remediate(
                RemediationOrder(
                    initiator: "riposte",
                    actions: [.init(machineID: machine, targetID: "-10.77", type: .quarantineFile)]))
            _ = try await $0.quarantinedFiles(named: "evil.exe", onMachine: "ws")
        } _: { client, server in
            let states = try await client.fileStates(["-10.77"], deadline: server.deadline)
            _ = try await client.quarantinedFiles(
                named: "evil.exe", onMachine: "ws", machineID: machine, deadline: server.deadline)
            return states["-10.77"] != nil ? .understood : .refused("\(states.completeness)")
        }
        return [machines, processes, files]
    }
}
