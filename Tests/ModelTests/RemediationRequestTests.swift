import JSON
import Model
import Testing

/// Requests in Riposte's form and in the vendor's.
@Suite struct RemediationRequestTests {
    private static func read(_ text: String) throws(JSONError) -> RemediationRequest {
        try RemediationRequest(json: Array(text.utf8))
    }

    @Test("The vendor's tutorial body for a process of a malop is a request as it stands")
    func tutorialWithMalop() throws {
        let request = try Self.read(
            """
            {
                      "malopId": "11.2718161727221199870",
                      "initiatorUserName": "admin@myserver.com",
                      "actionsByMachine": {
                          "-1632138521.1198775089551518743": [
                              {
                                  "targetId":"-1632138521.1198775089551518743",
                                  "actionType": "KILL_PROCESS"
                              }
                          ]
                      }
                  }
            """)
        #expect(request.malopId == "11.2718161727221199870")
        #expect(request.initiatorUserName == "admin@myserver.com")
        #expect(
            request.targets == [
                ActionTarget(
                    machineId: "-1632138521.1198775089551518743", targetId: "-1632138521.1198775089551518743",
                    actionType: .killProcess)
            ])
        #expect(request.requestId == nil && request.notAfter == nil && request.dryRun == nil)
    }

    @Test("The vendor's tutorial body for a file without a malop is a request as it stands")
    func tutorialWithoutMalop() throws {
        let request = try Self.read(
            """
            {
                      "initiatorUserName": "admin@myserver.com",
                      "actionsByMachine": {
                          "1632138521.1198775089551518743": [
                              {
                                  "targetId":"-1632138521.1198775089551518743",
                                  "actionType": "QUARANTINE_FILE"
                              }
                          ]
                      }
                  }
            """)
        #expect(request.malopId == nil)
        #expect(
            request.targets == [
                ActionTarget(
                    machineId: "1632138521.1198775089551518743", targetId: "-1632138521.1198775089551518743",
                    actionType: .quarantineFile)
            ])
    }

    @Test("Optional fields may be null, as outside senders write them")
    func nulls() throws {
        let request = try Self.read(
            #"""
            {"schemaVersion":null,"requestId":null,"malopId":null,"initiatorUserName":null,"reason":null,
             "notAfter":null,"dryRun":null,"requestedAt":null,"actionsByMachine":{}}
            """#)
        #expect(request == RemediationRequest())
    }

    @Test("A time may have another offset than UTC")
    func offsets() throws {
        let request = try Self.read(#"{"actionsByMachine":{},"notAfter":"2026-11-22T11:00:00+01:00"}"#)
        #expect(request.notAfter?.rfc3339 == "2026-11-22T10:00:00.000Z")
    }

    @Test("An action type that nobody documents survives")
    func unknownAction() throws {
        let request = try Self.read(#"{"actionsByMachine":{"m":[{"targetId":"t","actionType":"NEW_THING"}]}}"#)
        #expect(request.targets.map(\.actionType.rawValue) == ["NEW_THING"])
        #expect(try RemediationRequest(json: request.json()) == request)
    }

    @Test(
        "What is not a request is refused with the path of the fault",
        arguments: [
            (#"{}"#, "actionsByMachine"), (#"{"actionsByMachine":[]}"#, "actionsByMachine"),
            (#"{"actionsByMachine":{"m":{}}}"#, "m"), (#"{"actionsByMachine":{"m":[{"targetId":"t"}]}}"#, "actionType"),
            (#"{"actionsByMachine":{"m":[{"targetId":7,"actionType":"X"}]}}"#, "targetId"),
            (#"{"actionsByMachine":null}"#, "actionsByMachine"),
            (#"{"actionsByMachine":{},"notAfter":"tomorrow"}"#, "notAfter"),
            (#"{"actionsByMachine":{},"dryRun":"yes"}"#, "dryRun"),
        ])
    func malformed(row: (text: String, path: String)) {
        let error = #expect(throws: JSONError.self) { try Self.read(row.text) }
        #expect(error?.path.contains(row.path) == true, "\(String(describing: error))")
    }

    @Test("Its targets are each action once, sorted, over all machines")
    func targets() {
        var request = RemediationRequest()
        let kill = RemediationAction(targetId: "p", actionType: .killProcess)
        let quarantine = RemediationAction(targetId: "f", actionType: .quarantineFile)
        request.actionsByMachine = ["m2": [kill], "m1": [kill, quarantine, kill], "m0": []]
        #expect(
            request.targets.map(\.description) == [
                "QUARANTINE_FILE of f on m1", "KILL_PROCESS of p on m1", "KILL_PROCESS of p on m2",
            ])
    }

    @Test("The digest is of what is asked, not of how or why it is written")
    func sameDigest() {
        let request = Samples.filledRequest
        var same = request
        same.reason = "for another reason"
        same.requestedAt = nil
        same.requestId = "another"
        same.actionsByMachine = request.actionsByMachine.mapValues { $0 + $0 }
        #expect(same.digest == request.digest)
    }

    @Test("The digest changes with everything that changes what would be done")
    func otherDigest() {
        let request = Samples.filledRequest
        var digests = [request.digest]
        func change(_ body: (inout RemediationRequest) -> Void) {
            var other = request
            body(&other)
            digests.append(other.digest)
        }
        change { $0.malopId = nil }
        change { $0.initiatorUserName = "someone@else" }
        change { $0.dryRun = nil }
        change { $0.notAfter = nil }
        change { $0.actionsByMachine = [:] }
        change { $0.actionsByMachine = ["m": request.targets.map(\.action)] }
        change { $0.actionsByMachine[Samples.machineId]?[0].actionType = .blockFile }
        change { $0.actionsByMachine[Samples.machineId]?[0].targetId = "t" }
        #expect(Set(digests).count == digests.count)
    }

    @Test("A request without an id gets one from its record's place and payload, the same at a redelivery")
    func recordID() {
        let payload = Samples.filledRequest.json()
        let id = RemediationRequest.id(of: Samples.origin, payload: payload)
        #expect(id == RemediationRequest.id(of: Samples.origin, payload: payload))
        var elsewhere = Samples.origin
        elsewhere.offset += 1
        #expect(id != RemediationRequest.id(of: elsewhere, payload: payload))
        #expect(id != RemediationRequest.id(of: Samples.origin, payload: payload + [0x20]))
        #expect(id.wholeMatch(of: /[0-9a-f]{32}/) != nil)
    }

    @Test("What the planner asks for has one id for each malop, machine, target and action")
    func plannedID() {
        let target = Samples.actionResult.target
        let other = ActionTarget(
            machineId: target.machineId, targetId: target.targetId, actionType: .unquarantineFile)
        let ids = [
            RemediationRequest.plannedID(malopId: "1", target: target),
            RemediationRequest.plannedID(malopId: "2", target: target),
            RemediationRequest.plannedID(malopId: "1", target: other),
            RemediationRequest.plannedID(malopId: "1", target: target, observing: true),
        ]
        #expect(Set(ids).count == 4, "and observing never stands in the way of doing")
        #expect(ids[0] == RemediationRequest.plannedID(malopId: "1", target: target))
    }
}

extension ActionTarget {
    fileprivate var action: RemediationAction { RemediationAction(targetId: targetId, actionType: actionType) }
}
