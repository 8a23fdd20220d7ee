import JSON
import Kafka
import Model
import Pipeline
import Runtime
import Signing
import TestSupport
import Testing

@testable import Remediator
@testable import Simulator

@Suite("Where signatures are required, nothing is sent without one")
struct SignedRequestTests {
    private let keys: KeyFolder

    init() throws { keys = try KeyFolder() }

    private func start(_ bench: Bench, _ policy: String? = nil) async throws {
        try await bench.startRemediator(
            policyFile: keys.publish(policy ?? keys.policy()), signing: .required(keys))
    }

    private func publish(
        _ body: String, signed headers: [KafkaHeader], _ bench: Bench, key: String? = nil, partition: Int32? = nil
    ) async throws {
        try await bench.publish(
            bytes: Array(body.utf8), key: key, partition: partition, headers: headers)
    }

    @Test("missing, wrong, foreign, truncated and doubled signatures: no POST, the reason, and the id stays free")
    func refused() async throws {
        try await Bench.run { bench in
            try await start(bench)
            let body = KeyFolder.body("one")
            let good = try keys.headers(body)
            let short = [good[0], KafkaHeader(name: good[1].name, value: good[1].value.dropLast(4))]
            let bad: [(String, [KafkaHeader])] = [
                (body, []), (body, try keys.headers(body + " ")), (body, try keys.headers(body, by: "boss")),
                (body, [KafkaHeader(name: SignatureHeader.keyID, value: Array("gone".utf8)), good[1]]), (body, short),
                (body, good + [good[1]]), (String(body.dropLast()), good), (KeyFolder.body("two"), good),
                (GuardrailTests.body("three"), try keys.headers(GuardrailTests.body("three"))),
            ]
            for (body, headers) in bad { try await publish(body, signed: headers, bench, key: "one") }
            try await eventually("each is a dead letter") { bench.deadLetters.items.count == bad.count }
            #expect(
                Set(bench.deadLetters.items.map(\.reason)) == [
                    .signatureMissing, .signatureInvalid, .requesterNotAllowed, .keyUnknown, .signatureReplayable,
                ])
            // The one that is cut is no JSON, and has no sender to answer.
            let results = try await bench.requests(bad.count - 1)
            #expect(results.allSatisfy { $0.end?.state == .refused && $0.end?.reason != nil })
            #expect(bench.ledger.entry("one") == nil && bench.ledger.entry("two") == nil && bench.journal.isEmpty)

            try await publish(body, signed: good, bench)
            let sent = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(sent.keyID == "soar" && bench.journal.count == 1)
        }
    }

    @Test("the same bytes again, under whichever key and on whichever partition, also after the end: nothing more")
    func replayed() async throws {
        try await Bench.run { bench in
            try await start(bench)
            let done = KeyFolder.body("done", more: #","dryRun":true"#)
            try await publish(done, signed: keys.headers(done), bench)
            try await bench.request("done", "has ended") { $0.end?.state == .observed }
            let late = KeyFolder.body("late", notAfter: .now() - .seconds(1))
            try await publish(late, signed: keys.headers(late), bench)
            try await bench.request("late", "has expired") { $0.end?.state == .expired }
            let body = KeyFolder.body("one")
            for partition in [Int32(0), 1, 2, 3] {
                try await publish(body, signed: keys.headers(body), bench, key: "k\(partition)", partition: partition)
                try await publish(done, signed: keys.headers(done), bench, partition: partition)
                try await publish(late, signed: keys.headers(late), bench, partition: partition)
            }
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            try await eventually("all are read") {
                bench.metrics.contains(#"remediation_intake_total{outcome="duplicate"} 11"#)
            }
            #expect(bench.journal.count == 1 && bench.ledger.known.count == 3 && bench.deadLetters.items.isEmpty)
        }
    }

    @Test("a key is held to its actions and its mode")
    func limits() async throws {
        try await Bench.run { bench in
            try await start(bench, keys.policy(soar: ", actions: [QUARANTINE_FILE]"))
            let body = KeyFolder.body("one")
            try await publish(body, signed: keys.headers(body), bench)
            let refused = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(refused.end?.state == .refused && refused.end?.reason == .requesterNotAllowed)
            #expect(refused.end?.detail?.contains("soar") == true && bench.journal.isEmpty)
        }
        try await Bench.run { bench in
            try await start(bench, keys.policy(soar: ", mode: observe"))
            let body = KeyFolder.body("one")
            try await publish(body, signed: keys.headers(body), bench)
            let observed = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(observed.end?.state == .observed && bench.journal.isEmpty)
        }
    }

    @Test("a key is held to its machine groups")
    func groups() async throws {
        try await Bench.run { bench in
            let groups = "groups:\n  - {name: servers, match: {name: [OPS-*]}}\n"
            try await start(bench, keys.policy(soar: ", groups: [servers]", more: groups))
            let body = KeyFolder.body("one")
            try await publish(body, signed: keys.headers(body), bench)
            let refused = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(refused.end?.reason == .requesterNotAllowed && bench.journal.isEmpty)
        }
    }

    @Test("a key that the policy loses while its request waits: not sent, until a policy knows it again")
    func removed() async throws {
        try await Bench.run(allowed: false) { bench in
            try await start(bench)
            let body = KeyFolder.body("one")
            try await publish(body, signed: keys.headers(body, by: "other"), bench)
            try await bench.request("one", "is held") { $0.phase == .held && $0.reason == .halted }
            _ = try keys.publish(keys.policy(without: "other"))
            try await eventually("the policy is another one") {
                bench.logs.lines.contains { $0.contains("policy changed") }
            }
            try await bench.halt(false)
            try await bench.request("one", "is held") { $0.phase == .held && $0.reason == .keyUnknown }
            #expect(bench.journal.isEmpty)
            _ = try keys.publish(keys.policy())
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
        }
    }

    @Test("refused for a key that the policy did not have, replayed from the dead letters when it has: sent once")
    func replayedLetter() async throws {
        try await Bench.run { bench in
            try await start(bench, keys.policy(without: "other"))
            let body = KeyFolder.body("one")
            let headers = try keys.headers(body, by: "other")
            try await publish(body, signed: headers, bench, partition: 2)
            try await eventually("it is a dead letter") { bench.deadLetters.items.count == 1 }
            let letter = try #require(bench.deadLetters.items.first)
            #expect(letter.reason == .keyUnknown)
            _ = try keys.publish(keys.policy())
            try await eventually("the policy is another one") {
                bench.logs.lines.contains { $0.contains("policy changed") }
            }
            let mark = ReplayMark(of: letter.origin, deadAt: letter.deadAt)
            for _ in 0..<2 {
                try await publish(
                    body, signed: headers + [KafkaHeader(name: ReplayMark.headerName, value: mark.json())], bench,
                    partition: 2)
            }
            let sent = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(sent.keyID == "other")
            try await eventually("both are read") {
                bench.metrics.contains(#"remediation_intake_total{outcome="duplicate"} 1"#)
            }
            #expect(bench.journal.count == 1)
        }
    }

    @Test("a decision counts with a key for decisions, and with what it is about; any other is a dead letter")
    func decisions() async throws {
        try await Bench.run { bench in
            try await start(bench, keys.policy(mode: "approve"))
            let body = KeyFolder.body("one")
            try await publish(body, signed: keys.headers(body), bench)
            let held = try await bench.request("one", "waits") { $0.reason == .approvalRequired }
            var decision = RemediationDecision()
            decision.requestId = "one"
            decision.decision = .approve
            decision.decidedBy = "bob"
            decision.decidedAt = .now()
            let blind = String(decoding: decision.json(), as: UTF8.self)
            decision.digest = held.digest
            let right = String(decoding: decision.json(), as: UTF8.self)
            let bad = [
                (right, []), (right, try keys.headers(right)), (right, try keys.headers(body, by: "boss")),
                (blind, try keys.headers(blind, by: "boss")),
            ]
            for (text, headers) in bad {
                try await bench.publish(bytes: Array(text.utf8), to: "remediation.decisions", headers: headers)
            }
            try await eventually("each is a dead letter") { bench.deadLetters.items.count == bad.count }
            #expect(
                Set(bench.deadLetters.items.map(\.reason)) == [
                    .signatureMissing, .requesterNotAllowed, .signatureInvalid, .signatureReplayable,
                ])
            #expect(bench.ledger.entry("one")?.request.approvals.isEmpty == true && bench.journal.isEmpty)
            try await bench.publish(
                bytes: Array(right.utf8), to: "remediation.decisions", headers: keys.headers(right, by: "boss"))
            let sent = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(sent.approvals.map(\.keyID) == ["boss"])
        }
    }
}
