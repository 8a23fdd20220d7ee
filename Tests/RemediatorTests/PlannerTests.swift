import JSON
import Model
import Policy
import Testing

@testable import Remediator

@Suite("The policy's rules become requests")
struct PlannerTests {
    static let policy = ResponsePolicy(rules: [
        .init(
            name: "stop malicious processes", verdicts: [.malicious], itemKinds: [.process], actions: [.killProcess],
            mode: .enforce),
        .init(
            name: "quarantine and block", verdicts: [.malicious], itemKinds: [.file],
            actions: [.quarantineFile, .blockFile], mode: .enforce),
        .init(
            name: "watch suspicious files", verdicts: [.suspicious], itemKinds: [.file], actions: [.quarantineFile],
            mode: .observe),
    ])

    static func suspect(_ guid: String, _ kind: ItemKind, _ hash: Character, machine: String = "m1") -> Suspect {
        var suspect = Suspect()
        suspect.guid = guid
        suspect.kind = kind
        suspect.machineGuid = machine
        suspect.name = "\(guid).exe"
        suspect.sha1 = String(repeating: hash, count: 40)
        return suspect
    }

    /// `a…` is malicious, `b…` suspicious, `c…` indifferent, `d…` not known.
    static func detection(_ suspects: [Suspect]) -> EnrichedDetection {
        var enriched = EnrichedDetection()
        enriched.detection.malopId = "11.27"
        enriched.detection.malopName = "inv_2291.exe"
        enriched.detection.detectedAt = Timestamp(milliseconds: 1_795_000_000_000)
        enriched.detection.suspects = suspects
        enriched.detection.identify()
        enriched.verdicts = [("a", Verdict.malicious), ("b", .suspicious), ("c", .indifferent), ("d", .unknown)]
            .map { hash, verdict in
                var entry = IndicatorVerdict()
                entry.indicator = Indicator(.sha1, String(repeating: hash, count: 40))
                entry.verdict = verdict
                return entry
            }
        return enriched
    }

    static func plan(
        _ suspects: [Suspect], mode: ResponseMode = .enforce, age: Duration = .seconds(5)
    ) -> [RemediationRequest] {
        let detection = detection(suspects)
        return ResponsePlanner(policy: policy, mode: mode)
            .requests(for: detection, at: detection.detection.detectedAt + age)
    }

    @Test("a malicious process is one request, with who asks and why")
    func one() throws {
        let requests = Self.plan([Self.suspect("p1", .process, "a")])
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        let target = ActionTarget(machineId: "m1", targetId: "p1", actionType: .killProcess)
        #expect(request.targets == [target])
        #expect(request.requestId == RemediationRequest.plannedID(malopId: "11.27", target: target))
        #expect(request.malopId == "11.27" && request.dryRun == nil && request.notAfter == nil)
        #expect(request.requestedAt == Timestamp(milliseconds: 1_795_000_000_000))
        #expect(request.initiatorUserName == "riposte planner")
        #expect(
            request.reason
                == "policy rule 'stop malicious processes': process p1.exe is malicious, malop inv_2291.exe (11.27)")
        #expect(RequestRules.fault(of: request) == nil)
    }

    @Test("each suspect and each action of its rule is a request of its own")
    func several() {
        let requests = Self.plan([
            Self.suspect("p1", .process, "a"), Self.suspect("f1", .file, "a"), Self.suspect("f1", .file, "a"),
            Self.suspect("f1", .file, "a", machine: "m2"),
        ])
        #expect(
            requests.map { $0.targets.map(\.description).joined() } == [
                "KILL_PROCESS of p1 on m1", "QUARANTINE_FILE of f1 on m1", "BLOCK_FILE of f1 on m1",
                "QUARANTINE_FILE of f1 on m2", "BLOCK_FILE of f1 on m2",
            ])
    }

    @Test("indifferent and unknown items, and those without an id, lead to nothing")
    func nothing() {
        #expect(
            Self.plan([
                Self.suspect("f1", .file, "c"), Self.suspect("f2", .file, "d"), Self.suspect("p1", .process, "b"),
                Self.suspect("", .process, "a"), Self.suspect("p2", .process, "a", machine: ""),
                Self.suspect("r", .registryEntry, "a"),
            ]).isEmpty)
    }

    @Test("a rule that only observes, and an installation that does, ask for a dry run under another id")
    func observing() throws {
        let watched = try #require(Self.plan([Self.suspect("f1", .file, "b")]).first)
        #expect(watched.dryRun == true)
        let real = try #require(Self.plan([Self.suspect("p1", .process, "a")]).first)
        let observed = try #require(Self.plan([Self.suspect("p1", .process, "a")], mode: .observe).first)
        #expect(observed.dryRun == true && observed.requestId != real.requestId)
        #expect(observed.targets == real.targets)
    }

    @Test("a redelivery asks for the same to the last byte, a later revision under the same ids")
    func stable() {
        let first = Self.plan([Self.suspect("p1", .process, "a")])
        #expect(first.map { $0.json() } == Self.plan([Self.suspect("p1", .process, "a")]).map { $0.json() })
        var later = Self.detection([Self.suspect("p1", .process, "a"), Self.suspect("p2", .process, "a")])
        later.detection.detectedAt += .seconds(60)
        let second = ResponsePlanner(policy: Self.policy, mode: .enforce).requests(
            for: later, at: later.detection.detectedAt)
        #expect(second.first?.requestId == first.first?.requestId)
        #expect(second.first?.digest == first.first?.digest)
    }

    @Test("a detection that is older than allowed leads to dry runs under another id, which say why")
    func tooOld() throws {
        let suspects = [Self.suspect("p1", .process, "a")]
        let fresh = try #require(Self.plan(suspects, age: .seconds(24 * 3600)).first)
        #expect(fresh.dryRun == nil)
        let old = try #require(Self.plan(suspects, age: .seconds(24 * 3600 + 1)).first)
        #expect(old.dryRun == true && old.notAfter == nil && old.targets == fresh.targets)
        #expect(old.requestId == Self.plan(suspects, mode: .observe).first?.requestId)
        #expect(
            old.digest == Self.plan(suspects, mode: .observe).first?.digest, "it is the same request, not a reused id")
        let reason = "too old to act on, detected at 2026-11-18T11:06:40.000Z; policy rule 'stop malicious processes': "
        #expect(old.reason?.hasPrefix(reason) == true)
    }

    @Test("a rule that asks for approval says so in its requests, which keep their ids and digests")
    func approval() throws {
        var policy = Self.policy
        policy.rules[0].mode = .approve
        policy.digest = "d1"
        let detection = Self.detection([Self.suspect("p1", .process, "a")])
        func request(_ policy: ResponsePolicy, _ mode: ResponseMode) throws -> RemediationRequest {
            try #require(
                ResponsePlanner(policy: policy, mode: mode)
                    .requests(for: detection, at: detection.detection.detectedAt).first)
        }
        let asked = try request(policy, .enforce)
        #expect(asked.mode == .approve && asked.dryRun == nil && asked.policy == "d1")
        let enforced = try request(Self.policy, .approve)
        #expect(enforced.mode == nil && enforced.policy == nil, "the installation's mode is the executor's business")
        #expect(asked.requestId == enforced.requestId && asked.digest == enforced.digest)
        let observed = try request(policy, .observe)
        #expect(observed.dryRun == true && observed.mode == nil)
    }

    @Test("of an old detection and a new one only the new one's request is sent")
    func oldAndNew() async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: 1)) { bench in
            try await bench.startRemediator(policy: BadRecordTests.policy)
            try await Self.publish(age: .seconds(86_460), bench)
            try await Self.publish(age: .zero, bench)
            let target = ActionTarget(
                machineId: Northwind.fileServer, targetId: Northwind.process(0), actionType: .killProcess)
            let old = RemediationRequest.plannedID(malopId: Northwind.malop, target: target, observing: true)
            try await bench.request(old, "is observed") { $0.end?.state == .observed }
            let new = RemediationRequest.plannedID(malopId: Northwind.malop, target: target)
            try await bench.request(new, "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 1)
        }
    }

    private static func publish(age: Duration, _ bench: Bench) async throws {
        var enriched = detection([suspect(Northwind.process(0), .process, "a", machine: Northwind.fileServer)])
        enriched.detection.malopId = Northwind.malop
        enriched.detection.detectedAt = Timestamp.now() - age
        enriched.detection.identify()
        try await bench.publish(enriched, key: Northwind.malop, to: Topics.enrichedDetections)
    }
}
