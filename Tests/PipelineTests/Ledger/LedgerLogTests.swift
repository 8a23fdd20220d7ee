import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@Suite("The ledger's log", .kafka, .timeLimit(.minutes(2))) struct LedgerLogTests {
    /// What a reader who begins now makes of the whole topic.
    private func freshFold(_ deployment: Deployment) async throws -> (
        ledger: Ledger, judged: [String: Ledger.Judgement]
    ) {
        let folded = Switchable((ledger: Ledger(), judged: [String: Ledger.Judgement]()))
        try await deployment.connection.read(Topics.ledger) { received in
            let time = Timestamp(milliseconds: received.record.timestamp)
            let judgement = folded.value.ledger.apply(received.event, logTime: time)
            folded.value.judged[received.event.key] = judgement
        }
        return folded.value
    }

    @Test("an append returns when its own fact is folded here, with what every other instance makes of it")
    func append() async throws {
        let deployment = try await Deployment()
        let (one, two) = (try Instance(deployment, "one"), try Instance(deployment, "two"))
        let (first, second) = (try one.ledger(), try two.ledger())
        try await running(one.components(first) + two.components(second)) {
            let judgement = try await first.append(first.accepts("r", "p"))
            #expect(judgement == .allowed)
            #expect(first.entry("r")?.request.phase == .accepted)
            #expect(try await first.append(first.accepts("r", "p")) == .void(.duplicate))
            #expect(try await first.append(first.accepts("r", "q")) == .void(.idReused))
            #expect(try await first.append(first.fact(.intent, of: "r", attempt: 1)) == .allowed)
            #expect(first.entry("r")?.intentReadAt != nil)
            try await eventually("the other has it too") { second.entry("r")?.request.phase == .intent }
            #expect(second.entry("r")?.request == first.entry("r")?.request)
            #expect(second.entry("r")?.request.intentWriter == "one")
            #expect(second.open == ["r"] && second.known == ["r"])
            #expect(first.isFresh(within: .seconds(60)))
        }
    }

    @Test("several facts are judged in their order, and carry their traces")
    func batch() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let log = try instance.ledger()
        let trace = TraceContext(startingAt: "detection")
        try await running(instance.components(log)) {
            let facts = [log.accepts("r", "p"), log.accepts("r", "p"), log.fact(.intent, of: "r", attempt: 1)]
            let judgements = try await log.append(facts, traces: [trace])
            #expect(judgements == [.allowed, .void(.duplicate), .allowed])
            #expect(try await log.append([]) == [])
        }
        let received = try await deployment.received(of: Topics.ledger)
        #expect(received.map(\.trace) == [trace, TraceContext(startingAt: "r"), TraceContext(startingAt: "r")])
        #expect(received.allSatisfy { $0.record.keyText == $0.event.key })
    }

    @Test("of two instances that intend at the same time exactly one is allowed, and both agree which")
    func race() async throws {
        let deployment = try await Deployment()
        let (one, two) = (try Instance(deployment, "one"), try Instance(deployment, "two"))
        let (first, second) = (try one.ledger(), try two.ledger())
        try await running(one.components(first) + two.components(second)) {
            for number in 0..<30 {
                let id = "r-\(number)"
                _ = try await first.append(first.accepts(id, "p-\(number)"))
                async let mine = first.append(first.fact(.intent, of: id, attempt: 1))
                async let theirs = second.append(second.fact(.intent, of: id, attempt: 1))
                let judgements = try await (mine, theirs)
                #expect((judgements.0 == .allowed) != (judgements.1 == .allowed))
                let winner = judgements.0 == .allowed ? "one" : "two"
                #expect(first.entry(id)?.request.intentWriter == winner)
                #expect(second.entry(id)?.request.intentWriter == winner)
            }
        }
        #expect(one.log.contains(message: "intent is void where it stands in the log"))
    }

    @Test("of two requests on one target only one may be sent, and the judgement names it")
    func conflict() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let log = try instance.ledger()
        try await running(instance.components(log)) {
            _ = try await log.append([log.accepts("a", "p"), log.accepts("b", "p", "q")])
            let judgements = try await log.append([
                log.fact(.intent, of: "a", attempt: 1), log.fact(.intent, of: "b", attempt: 1),
            ])
            #expect(judgements == [.allowed, .void(.alreadyOpen, otherRequest: "a")])
            let request = try #require(log.entry("b")?.request)
            #expect(log.conflict(for: request) == "a")
            var submitted = log.fact(.submitted, of: "a", attempt: 1)
            submitted.remediationId = "remediation-1"
            #expect(try await log.append(submitted) == .allowed)
            #expect(log.owner(ofRemediation: "remediation-1") == "a")
            #expect(log.owner(ofRemediation: "remediation-2") == nil)
        }
    }

    @Test("200 appends at once are each answered as a fresh fold of the whole topic judges them")
    func concurrent() async throws {
        let deployment = try await Deployment()
        let (one, two) = (try Instance(deployment, "one"), try Instance(deployment, "two"))
        let logs = [try one.ledger(), try two.ledger()]
        let answers = try await running(one.components(logs[0]) + two.components(logs[1])) {
            for number in 0..<20 { _ = try await logs[0].append(logs[0].accepts("r-\(number)", "p-\(number % 10)")) }
            return try await withThrowingTaskGroup(of: (String, Ledger.Judgement).self) { group in
                for number in 0..<200 {
                    let log = logs[number % 2]
                    let kind: FactKind = [.held, .intent, .notSent, .uncertain][number / 2 % 4]
                    var fact = log.fact(kind, of: "r-\(number % 20)", attempt: kind == .held ? 0 : 1)
                    fact.detail = "\(number)"
                    group.addTask { [fact] in (fact.key, try await log.append(fact)) }
                }
                let answers = try await group.reduce(into: [String: Ledger.Judgement]()) { $0[$1.0] = $1.1 }
                try await eventually("each has read what the other has written") {
                    logs[0].known.allSatisfy { logs[0].entry($0)?.request == logs[1].entry($0)?.request }
                }
                return answers
            }
        }
        #expect(answers.count == 200)
        let fresh = try await freshFold(deployment)
        for (key, judgement) in answers { #expect(fresh.judged[key] == judgement, "\(key)") }
        for (id, request) in fresh.ledger.requests {
            #expect(logs[0].entry(id)?.request == request && logs[1].entry(id)?.request == request)
        }
        #expect(answers.values.contains(.allowed) && answers.values.contains { $0 != .allowed })
    }

    @Test("the same bytes once more in the log change no answer: appended twice, allowed once")
    func identical() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let log = try instance.ledger()
        try await running(instance.components(log)) {
            _ = try await log.append(log.accepts("r", "p"))
            let intent = log.fact(.intent, of: "r", attempt: 1)
            // Before, meanwhile and behind: as a producer that was born again leaves them.
            async let one = log.append(intent)
            async let other = log.append(intent)
            try await deployment.publisher.publish(intent, key: intent.key, to: Topics.ledger)
            let judgements = [try await one, try await other]
            #expect(judgements.filter { $0 == .allowed }.count <= 1)
            #expect(try await log.append(intent) == .void(.tooLate))
            #expect(log.entry("r")?.request.phase == .intent && log.entry("r")?.request.changes == 2)
        }
    }
}
