import JSON
import Model

@testable import Cybereason
@testable import Pipeline
@testable import Remediator
@testable import Tracker

extension ConsoleSurfaces {
    static func remediations() async throws -> [Surface] {
        try await [remediate(), abort(), progress(), status()]
    }

    private static func remediate() async throws -> Surface {
        try await surface("remediate", more: [tutorialReport]) {
            _ = await $0.remediate(order)
        } _: { client, server in
            let outcome = await client.remediate(order, deadline: server.deadline, gate: { true })
            try sentOnce(outcome, server)
            return try verdict(outcome)
        }
    }

    private static func abort() async throws -> Surface {
        try await surface("abort", more: [tutorialReport], kept: 1) { client in
            guard case .submitted(let report) = await client.remediate(order) else { return }
            _ = await client.abort(malopID: malop, remediationID: report.remediationID)
        } _: { client, server in
            let outcome = await client.abort(malopID: malop, remediationID: "86f3faa1", deadline: server.deadline)
            try sentOnce(outcome, server)
            var tracked = try tracked(as: "86f3faa1-bac0-4a17-9192-9d106b734664")
            try followed(&tracked, tracked.abortAnswered(outcome))
            return try verdict(outcome)
        }
    }

    private static func progress() async throws -> Surface {
        try await surface("progress", more: [tutorialReport], kept: 1) { client in
            guard case .submitted(let report) = await client.remediate(order) else { return }
            _ = try await client.progress(user: "riposte", malopID: malop, remediationID: report.remediationID)
        } _: { client, server in
            let report = try await client.progress(
                user: "riposte", malopID: malop, remediationID: "86f3faa1", deadline: server.deadline)
            var tracked = try tracked(as: report?.remediationID ?? "86f3faa1")
            for time in [Records.now, Records.now + .seconds(1800), Records.now + .seconds(90_000)] {
                try followed(&tracked, tracked.reported(report, now: time))
            }
            return report == nil ? .refused("no such remediation") : .understood
        }
    }

    private static func status() async throws -> Surface {
        let list = FuzzInput([tutorialReport[0], [UInt8(ascii: "[")] + (tutorialReport[1] ?? []) + [UInt8(ascii: "]")]])
        return try await surface("remediation-status", more: [list, list], kept: 1) { client in
            _ = await client.remediate(order)
            _ = try await client.remediations(ofMalop: malop)
        } _: { client, server in
            let reports = try await client.remediations(ofMalop: malop, deadline: server.deadline)
            let request = try submitted(as: "other")
            let rule = AdoptionRule(request, user: "riposte", owner: { $0 == "taken" ? [] : nil })
            let isAdopted = !rule.candidates(in: reports).isEmpty
            try require(!(isAdopted && rule.isAbsent(in: reports)), "adopted, and certainly not there")
            for report in rule.candidates(in: reports) {
                try require(
                    report.initiatingUser == "riposte", "a remediation of \(report.initiatingUser ?? "") is adopted")
                try require(report.remediationID != "taken" && !report.remediationID.isEmpty, "another's is adopted")
                try require(!report.statusLog.isEmpty, "one that says nothing is adopted")
            }
            return .understood
        }
    }

    // MARK: - What must hold

    /// An order reaches the console once, and what is said of it fits the console's answer.
    private static func sentOnce(_ outcome: RemediationOutcome, _ server: ScriptedServer) throws {
        let sent = server.seen.filter { $0.path.hasPrefix("/rest/") }
        try require(sent.allSatisfy(\.isOnce), "an order is sent so that it may be sent again")
        try require(sent.count <= 2, "an order is sent \(sent.count) times")
        for first in sent.dropLast() {
            let status = first.status ?? 0
            try require((300..<400).contains(status) || status == 401, "an order is sent again after HTTP \(status)")
        }
        guard let last = sent.last else { return }
        let status = last.status ?? 0
        switch outcome {
        case .submitted: try require((200..<300).contains(status), "submitted, with HTTP \(status)")
        case .refused: try require((400..<500).contains(status), "refused, with HTTP \(status)")
        case .notSent:
            let isProof = (300..<400).contains(status) || [401, 407, 429].contains(status)
            try require(isProof || last.status == nil, "not sent, with HTTP \(status)")
        case .mayHaveRun: break
        }
    }

    /// What the executor writes of it.
    private static func verdict(_ outcome: RemediationOutcome) throws -> Verdict {
        var course = RequestCourse(rules: ExecutionRules())
        let draft = course.outcome(outcome, of: 1, at: .now)
        try Records.roundTrip(draft.complete(LedgerFact(draft.kind, of: "r", writer: "fuzz", at: Records.now)))
        switch outcome {
        case .submitted(let report):
            try require(!report.remediationID.isEmpty, "a remediation without an id")
            return .understood
        case .refused(let refusal): return .refused(refusal.words)
        case .notSent(let reason): return .refused(reason.detail)
        case .mayHaveRun(let reason): return .refused(reason.detail)
        }
    }

    /// A request that the console took.
    private static func submitted(as remediation: String) throws -> LedgerRequest {
        var ledger = Ledger()
        var accepted = LedgerFact(.accepted, of: "r", writer: "fuzz", at: Records.now)
        var request = RemediationRequest()
        request.malopId = malop
        request.actionsByMachine = [machine: [RemediationAction(targetId: "-10.55", actionType: .killProcess)]]
        accepted.request = request
        var intent = LedgerFact(.intent, of: "r", attempt: 1, writer: "fuzz", at: Records.now)
        intent.consoleTime = Timestamp(milliseconds: 1_518_604_850_000)
        var taken = LedgerFact(.submitted, of: "r", attempt: 1, writer: "fuzz", at: Records.now)
        taken.remediationId = remediation
        for fact in [accepted, intent, taken] {
            try require(ledger.apply(fact, logTime: Records.now) == .allowed, "\(fact.fact) is void")
        }
        guard let known = ledger.requests["r"] else { throw Violation("the request is not there") }
        return known
    }

    private static func tracked(as remediation: String) throws -> TrackedRequest {
        guard let tracked = TrackedRequest(try submitted(as: remediation), limit: .seconds(1800)) else {
            throw Violation("a submitted request is not followed")
        }
        return tracked
    }

    /// What the tracker writes of it.
    private static func followed(_ tracked: inout TrackedRequest, _ step: TrackedRequest.Step) throws {
        try require(tracked.progress.actions.map(\.target) == tracked.targets, "the actions are not those asked for")
        let result = RemediationResult(
            try submitted(as: tracked.remediation.id), tracked: tracked, now: Records.now)
        try Records.roundTrip(result)
        guard case .end(let end) = step else { return }
        try require(end.state.isEnd && end.actions.allSatisfy(\.state.isEnd), "an end with an open action")
        var fact = LedgerFact(.ended, of: "r", writer: "fuzz", at: Records.now)
        fact.state = end.state
        fact.reason = end.reason
        fact.detail = end.detail
        fact.actions = end.actions
        try Records.roundTrip(fact)
    }

    static func isolation() async throws -> [Surface] {
        let isolate = try await surface("isolation") {
            _ = await $0.isolate(["P-WS"], malopID: malop)
        } _: { client, server in
            switch await client.isolate(["P-WS"], malopID: malop, deadline: server.deadline) {
            case .answered(let results):
                try require(!results.isEmpty, "answered for no machine")
                return .understood
            case .refused(let refusal): return .refused(refusal.words)
            case .notSent(let reason): return .refused(reason.detail)
            case .mayHaveRun(let reason): return .refused(reason.detail)
            }
        }
        return [isolate]
    }
}
