import JSON
import Testing

@testable import Cybereason

@Suite("Remediation against the simulator")
struct SimulatedRemediationTests {
    private static let machine = "-10.1198775089551518743"
    private static let malop = "AAAA1kFkoAiE4Tf9"

    private func order(
        _ type: RemediationActionType = .killProcess, _ target: String = "-10.55", malop: String? = malop
    ) -> RemediationOrder {
        RemediationOrder(
            malopID: malop, initiator: "riposte",
            actions: [.init(machineID: Self.machine, targetID: target, type: type)])
    }

    private func submitted(_ outcome: RemediationOutcome) throws -> RemediationReport {
        guard case .submitted(let report) = outcome else {
            throw ConsoleError(.notUnderstood, "not submitted: \(outcome)")
        }
        return report
    }

    @Test(
        "a process is killed, followed to the end and seen to be gone, with and without a malop",
        arguments: [malop, nil])
    func kill(malop: String?) async throws {
        try await withSimulator(smallWorld) { simulated in
            let console = simulated.console
            #expect(try await console.processStates(["-10.55"]).found["-10.55"]?.isLive == true)
            let report = try submitted(await console.remediate(order(malop: malop)))
            simulated.advance(10)
            let progress = try await console.progress(
                user: "riposte", malopID: malop, remediationID: report.remediationID)
            #expect(progress?.statusLog.map(\.status) == ["PENDING", "IN_PROGRESS", "SUCCESS"])
            #expect(progress?.end != nil)
            let state = try await console.processStates(["-10.55"]).found["-10.55"]
            #expect(state?.isLive == false)
            #expect(state?.endTime != nil)
            #expect(simulated.journal == ["remediate -10.55 KILL_PROCESS"])
        }
    }

    @Test("a file is quarantined, and comes back by the id of its copy")
    func quarantine() async throws {
        try await withSimulator(smallWorld) { simulated in
            let console = simulated.console
            _ = try submitted(await console.remediate(order(.quarantineFile, "-10.77")))
            simulated.advance(10)
            #expect(try await console.fileStates(["-10.77"]).found["-10.77"]?.isQuarantined == true)
            let copies = try await console.quarantinedFiles(
                named: "evil.exe", onMachine: "ws", machineID: Self.machine)
            let copy = try #require(copies.found.keys.first)
            #expect(copies.found.count == 1)
            #expect(copy != "-10.77")
            _ = try submitted(await console.remediate(order(.unquarantineFile, copy)))
            simulated.advance(10)
            #expect(try await console.fileStates(["-10.77"]).found["-10.77"]?.isQuarantined == false)
        }
    }

    @Test("the copy of a file is found among those of files with its name, and brings that file back")
    func copies() async throws {
        let machine = "-10.1198775089551518743"
        let scenario = #"""
            "machines":[{"id":"ws","guid":"-10.1198775089551518743"},{"id":"ws2","guid":"20.1198775089551518743"}],
            "files":[{"id":"a","guid":"-10.1","machine":"ws","name":"evil.exe","path":"C:\\a\\evil.exe"},
              {"id":"b","guid":"-10.2","machine":"ws","name":"evil.exe","path":"C:\\b\\evil.exe"},
              {"id":"c","guid":"20.1","machine":"ws2","name":"evil.exe","path":"C:\\a\\evil.exe"}]
            """#
        try await withSimulator(scenario) { simulated in
            let console = simulated.console
            #expect(try await console.quarantinedCopies(ofFiles: ["-10.1"]) == ["-10.1": .nothing])
            for (file, machine) in [("-10.2", machine), ("20.1", "20.1198775089551518743"), ("-10.1", machine)] {
                let order = RemediationOrder(
                    initiator: "riposte", actions: [.init(machineID: machine, targetID: file, type: .quarantineFile)])
                _ = try submitted(await console.remediate(order))
                simulated.advance(10)
            }
            let found = try await console.quarantinedCopies(ofFiles: ["-10.1", "-10.2", "20.1", "404.4"])
            guard case .found(let copy)? = found["-10.1"] else { throw ConsoleError(.notFound, "\(found)") }
            #expect(Set(found.values).count == 4 && found["404.4"] == .nothing)
            _ = try submitted(await console.remediate(order(.unquarantineFile, copy)))
            simulated.advance(10)
            let files = try await console.fileStates(["-10.1", "-10.2", "20.1"]).found
            #expect(files.mapValues(\.isQuarantined) == ["-10.1": false, "-10.2": true, "20.1": true])
        }
    }

    @Test(
        "what the client knows of an order is what the console did",
        arguments: [
            (#"{"kind":"expiredSession"}"#, "submitted", 1), (#"{"kind":"cut","phase":"before"}"#, "mayHaveRun", 0),
            (#"{"kind":"cut","phase":"after"}"#, "mayHaveRun", 1),
            (#"{"kind":"refuse","phase":"after"}"#, "mayHaveRun", 1),
            (#"{"kind":"truncated"}"#, "mayHaveRun", 1), (#"{"kind":"html","phase":"after"}"#, "mayHaveRun", 1),
            (#"{"kind":"html","phase":"before"}"#, "mayHaveRun", 0), (#"{"kind":"garbage"}"#, "mayHaveRun", 1),
            (#"{"kind":"status","code":500,"phase":"after"}"#, "mayHaveRun", 1),
            (#"{"kind":"status","code":503,"phase":"before"}"#, "mayHaveRun", 0),
            (#"{"kind":"status","code":429,"retryAfterSeconds":7}"#, "notSent", 0),
            (#"{"kind":"status","code":400,"body":"no"}"#, "refused", 0),
        ])
    func faults(fault: String, expected: String, accepted: Int) async throws {
        try await withSimulator(smallWorld) { simulated in
            try simulated.strike(#"{"path":"/rest/remediate","nth":[1],"fault":\#(fault)}"#)
            let outcome = await simulated.console.remediate(order())
            #expect("\(outcome)".hasPrefix(expected), "\(outcome)")
            #expect(simulated.journal.count == accepted)
        }
    }

    @Test(
        "after a cut the list of the malop's remediations tells whether it was accepted",
        arguments: ["before", "after"])
    func list(phase: String) async throws {
        try await withSimulator(smallWorld) { simulated in
            try simulated.strike(#"{"path":"/rest/remediate","nth":[1],"fault":{"kind":"cut","phase":"\#(phase)"}}"#)
            _ = await simulated.console.remediate(order())
            let found = try await simulated.console.remediations(ofMalop: Self.malop)
            #expect(found.count == (phase == "after" ? 1 : 0))
            #expect(found.allSatisfy { $0.initiatingUser == "riposte" })
        }
    }

    @Test("a session that expires while a remediation is followed costs nothing")
    func tracking() async throws {
        try await withSimulator(smallWorld) { simulated in
            let report = try submitted(await simulated.console.remediate(order()))
            for hours in [0, 9, 9] as [Int64] {
                simulated.advance(hours * 3600)
                let progress = try await simulated.console.progress(
                    user: "riposte", malopID: Self.malop, remediationID: report.remediationID)
                #expect(progress?.remediationID == report.remediationID)
            }
        }
    }

    @Test("an offline machine's remediation stays pending, and can be stopped")
    func abort() async throws {
        try await withSimulator(smallWorld) { simulated in
            let report = try submitted(
                await simulated.console.remediate(
                    RemediationOrder(
                        initiator: "riposte",
                        actions: [
                            .init(machineID: "20.1198775089551518743", targetID: "20.88", type: .quarantineFile)
                        ])))
            simulated.advance(600)
            let pending = try await simulated.console.progress(
                user: "riposte", malopID: nil, remediationID: report.remediationID)
            #expect(pending?.end == nil)
            #expect(pending?.statusLog.last?.status == "PENDING")
            let stopped = try submitted(
                await simulated.console.abort(malopID: nil, remediationID: report.remediationID))
            #expect(stopped.statusLog.last?.status == "ABORTED")
        }
    }

    @Test("isolation is answered sensor by sensor, and seen")
    func isolation() async throws {
        try await withSimulator(smallWorld) { simulated in
            let outcome = await simulated.console.isolate(["P-WS", "P-LT", "P-NONE"])
            #expect(outcome == .answered(["P-WS": .succeeded, "P-LT": .primed, "P-NONE": .unknownProbe]))
            let during = try await simulated.console.machineStates([Self.machine])
            #expect(during.found[Self.machine]?.isIsolated == true)
            _ = await simulated.console.unisolate(["P-WS"])
            let after = try await simulated.console.machineStates([Self.machine])
            #expect(after.found[Self.machine]?.isIsolated == false)
        }
    }

    @Test("an isolation whose gate is closed does not come to the console")
    func closedGate() async throws {
        try await withSimulator(smallWorld) { simulated in
            for outcome in [
                await simulated.console.isolate(["P-WS"], gate: { false }),
                await simulated.console.unisolate(["P-WS"], gate: { false }),
            ] {
                guard case .notSent(let reason) = outcome else { return #expect(Bool(false), "\(outcome)") }
                #expect(reason.kind == .gateClosed)
            }
            #expect(simulated.journal.isEmpty)
        }
    }

    @Test("an account that may only look is refused, in the console's words")
    func role() async throws {
        try await withSimulator(smallWorld, user: "viewer") { simulated in
            #expect(await simulated.console.remediate(order()) == .refused(Refusal(status: 403, words: "Forbidden")))
            #expect(simulated.journal.isEmpty)
        }
    }

    @Test(
        "logins that cannot work are told apart, and not repeated",
        arguments: [
            ("riposte", "wrong", ConsoleError.Kind.badCredentials), ("careful", "right", .secondFactorRequired),
            ("late", "right", .passwordExpired),
        ], ["redirect", "page"])
    func logins(account: (user: String, password: String, kind: ConsoleError.Kind), answer: String) async throws {
        let console = #""console":{"loginFailure":"\#(answer)","secondFactorAnswer":"\#(answer)"}"#
        // A wrong password that only leads back to the login page is tried twice.
        let confirms = account.kind == .badCredentials && answer == "page"
        try await withSimulator(
            smallWorld + "," + console, user: account.user, password: account.password,
            change: { $0.session.confirmAfter = .zero }
        ) { simulated in
            if confirms {
                let error = await consoleError { () async throws(ConsoleError) in try await simulated.console.logIn() }
                #expect(error?.kind == .unavailable)
            }
            for _ in 1...3 {
                let error = await consoleError { () async throws(ConsoleError) in try await simulated.console.logIn() }
                #expect(error?.kind == account.kind)
            }
        }
    }
}
