import JSON
import Model
import Runtime

/// The people who are asked: they approve, deny, ask each other, decide about the wrong thing, twice, too late or not at
/// all.
actor Approver {
    private let progress: Progress
    private let broker: Broker
    private let settings: ChaosSettings
    private let options: ChaosOptions
    private let tally: Tally
    private var asked: Set<String> = []
    private var published = 0
    private var commands = 0

    init(progress: Progress, broker: Broker, settings: ChaosSettings, options: ChaosOptions, tally: Tally) {
        self.progress = progress
        self.broker = broker
        self.settings = settings
        self.options = options
        self.tally = tally
    }

    /// What has come of it.
    var told: String {
        "\(asked.count) requests; they decided \(published) times, and \(commands) times by the command line"
    }

    /// Answers each request once, until cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for question in progress.questions where asked.insert(question.id).inserted {
                    group.addTask { await self.answer(question) }
                }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    private func answer(_ question: Progress.Question) async {
        // By the request alone, for a run that is played again asks at other times.
        var random = SeededGenerator(seed: options.seed &+ question.id.utf8.reduce(0) { ($0 &* 31) &+ UInt64($1) })
        try? await Task.sleep(for: random.time(0...2.5))
        let mayExpire = question.notAfter.map { $0 - .now() < .seconds(60) } ?? false
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<25: await decide(.approve, question, &random)
        case 25..<40: await decide(.deny, question, &random)
        case 40..<50:
            await decide(.approve, question, by: question.requester, &random)
            try? await Task.sleep(for: .seconds(2))
            await decide(.approve, question, &random)
        case 50..<60:
            await decide(random.chance(50) ? .approve : .deny, question, digest: random.hex(32), &random)
            await decide(.approve, question, &random)
        case 60..<70:
            await decide(.approve, question, &random)
            await decide(.deny, question, &random)
        case 70..<77 where mayExpire:
            // Too late.
            try? await Task.sleep(for: question.notAfter.map { $0 - .now() + .seconds(1) } ?? .zero)
            await decide(.approve, question, &random)
        case 77..<84 where mayExpire: break
        default: await command(random.chance(70) ? .approve : .deny, question, &random)
        }
    }

    private func decide(
        _ verb: DecisionVerb, _ question: Progress.Question, by person: String? = nil, digest: String? = nil,
        _ random: inout SeededGenerator
    ) async {
        var decision = RemediationDecision()
        (decision.requestId, decision.decision) = (question.id, verb)
        decision.digest = digest ?? question.digest
        decision.decidedBy = person ?? "ann"
        decision.decidedAt = .now()
        // Whoever is not sure that it was heard says it again.
        for _ in 0..<(random.chance(20) ? 2 : 1) {
            do {
                try await broker.publish(decision)
                published += 1
            } catch {
                tally.problem("a decision could not be published: \(error)")
            }
        }
    }

    /// By the command line, which says whether it has taken effect. That it has not is no failure: it may wait for
    /// something else just now; whoever is asked again answers again.
    private func command(
        _ verb: DecisionVerb, _ question: Progress.Question, _ random: inout SeededGenerator
    ) async {
        let word = verb == .approve ? "approve" : "deny"
        do {
            let code = try await CommandRun.riposte(
                [word, question.id, "--by", "bob", "--reason", "chaos", "--timeout", "20s"], settings, options)
            if code == .exited(0) || code == .exited(1) {
                commands += 1
                if code == .exited(1) { asked.remove(question.id) }
            } else if code == .exited(75) {
                // Kafka was away for it.
                await decide(verb, question, &random)
            } else {
                tally.problem("riposte \(word) ended with \(code)")
            }
        } catch {
            tally.problem("riposte \(word): \(error)")
        }
    }
}
