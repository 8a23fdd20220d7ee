internal import JSON
internal import Kafka
internal import Model

/// Something that happens in the sandbox.
enum Happening: Sendable {
    case detection(Detection)
    case enriched(EnrichedDetection)
    case request(RemediationRequest)
    case result(RemediationResult)
    case decision(RemediationDecision)
    case deadLetter(DeadLetter)
    /// A request from outside was published.
    case published(String, RecordPosition)
    /// A record that none of the others is.
    case unreadable(topic: String, reason: String)
    /// A service has ended though nobody told it to.
    case ended(service: String, String)
    /// The time is up.
    case deadline
}

/// Makes lines of what happens, and keeps the score.
struct SandboxStory: Sendable {
    private(set) var score: Scoreboard
    private var names: NameBook
    private var results = ResultStory(for: .audience)

    init(_ play: Play, _ names: NameBook) {
        score = Scoreboard(play)
        self.names = names
    }

    /// Takes what has happened; gives the lines that it makes.
    mutating func take(_ happening: Happening, now: Timestamp) -> [StoryLine] {
        lines(happening, now).map { StoryLine(now, $0.label, $0.tone, $0.text) }
    }

    private mutating func lines(_ happening: Happening, _ now: Timestamp) -> [StoryLine] {
        switch happening {
        case .detection(let detection):
            names.learn(detection)
            return [DetectionStory.found(detection, names)]
        case .enriched(let enriched):
            names.learn(enriched.detection)
            score.take(enriched)
            return [DetectionStory.verdicts(enriched, names)]
        case .request(let request):
            score.take(request)
            return [StoryLine(now, "request", .plain, words(request))]
        case .result(let result):
            score.take(result)
            return results.take(result, names)
        case .deadLetter(let letter):
            let text = "\(letter.reason): \(letter.detail)"
            guard score.take(letter) else { return [problem(now, "dead letter", text)] }
            return [StoryLine(now, "unusable", .plain, "\(text) (now a dead letter)")]
        case .decision(let decision):
            let why = decision.reason.map { ": \($0)" } ?? ""
            let text = "\(decision.decision.rawValue) \(decision.requestId) by \(decision.decidedBy)\(why)"
            return [StoryLine(now, "decision", .plain, text)]
        case .unreadable(let topic, let reason): return [problem(now, "unreadable", "\(topic): \(reason)")]
        case .ended(let service, let how): return [problem(now, "ended", "\(service) \(how)")]
        case .published(let name, let place):
            score.published(name, at: place)
            return []
        case .deadline: return []
        }
    }

    private mutating func problem(_ now: Timestamp, _ label: String, _ text: String) -> StoryLine {
        score.note("\(label): \(text)")
        return StoryLine(now, label, .bad, text)
    }

    /// What is to be asked for now that this has happened.
    mutating func undo(after happening: Happening) -> RemediationRequest? {
        guard case .result(let result) = happening else { return nil }
        return score.undo(result)
    }

    private func words(_ request: RemediationRequest) -> String {
        let why = request.reason ?? request.initiatorUserName.map { "asked by \($0)" }
        return names.words(request.targets) + (why.map { ": \($0)" } ?? "")
    }
}
