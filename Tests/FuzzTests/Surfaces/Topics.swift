import JSON
import Kafka
import Model

@testable import Detector
@testable import Enricher
@testable import Pipeline
@testable import Policy
@testable import Remediator
@testable import Riposte
@testable import Tracker

/// The topics that carry one message each, read and used as the services do.
enum Topics {
    static let all = [detections, enriched, reputations, results, control, deadLetters]

    private static func seeds(_ name: String, key: String? = nil) -> [FuzzInput] {
        Records.samples(name).map { Records.seed($0, key: key) }
    }

    /// The enricher, the detector at its start, `riposte watch`.
    static let detections = Surface("detections", seeds: seeds("detection", key: "11.2718161727221199870")) { input in
        try Records.read(Records.record(input), as: Detection.self).used { detection in
            let source = Records.record(input).origin
            let event = EnrichedDetection(detection, [:], source: source, at: Records.now)
            try Records.roundTrip(event)
            try shrinks(detection)
            var book = DetectionBook(
                now: Records.now, lookback: .seconds(86_400), overlap: .seconds(60), recheck: .seconds(300))
            book.remember(detection, now: Records.now)
            try require(book.knows(detection), "the detector does not know what it has published")
            var names = NameBook()
            names.learn(detection)
            _ = DetectionStory.found(detection, names)
        }
    }

    /// What is too large is made smaller until nothing is left, and comes to an end.
    static func shrinks(_ detection: Detection) throws {
        var (rest, steps) = (detection, 0)
        while let smaller = rest.shrunk() {
            (rest, steps) = (smaller, steps + 1)
            try require(steps < 200, "a detection is made smaller for ever")
        }
        try Records.roundTrip(rest)
        try require(rest.detectionId == detection.detectionId, "a smaller detection has another id")
    }

    private static let policy = ResponsePolicy(
        mode: .enforce,
        rules: [
            .init(
                name: "all", verdicts: Set(Model.Verdict.allCases), itemKinds: [.process, .file],
                actions: [.killProcess, .quarantineFile], mode: .enforce)
        ])

    /// The planner, the enricher at its start.
    static let enriched = Surface("enriched", seeds: seeds("enriched-detection", key: "11.2718161727221199870")) {
        input in
        let record = Records.record(input)
        return try Records.read(record, as: EnrichedDetection.self).used { event in
            let planner = ResponsePlanner(policy: policy, mode: .enforce)
            let requests = planner.requests(for: event, at: Records.now)
            for request in requests {
                try Records.roundTrip(request)
                let fault = RequestRules.fault(of: request)
                try require(fault == nil, "the planner asks for what no executor takes: \(fault?.description ?? "")")
            }
            try require(Set(requests.compactMap(\.requestId)).count == requests.count, "an action is planned twice")
            let trace = Received(event: event, record: record).trace
            var state = PublishedState()
            state.take(event, trace: trace)
            state.merge(state.withoutBook)
            try Records.roundTrip(event.adding([:], at: Records.now).keeping(event))
            _ = DetectionStory.verdicts(event, NameBook())
        }
    }

    /// The enrichers' cache.
    static let reputations = Surface(
        "reputations",
        seeds: zip(Records.samples("reputation"), ["md5:d41d8cd98f00b204e9800998ecf8427e", "ipv4:203.0.113.7"])
            .map { Records.seed($0, key: $1) }
    ) { input in
        let record = Records.record(input)
        var cache = ReputationCache(capacity: 8, longest: .seconds(86_400))
        if record.value == nil, let key = record.keyText {
            cache.remove(key: key)
            return .understood
        }
        do {
            let reputation = try ReputationFeed<ContinuousClock>.read(record)
            try Records.roundTrip(reputation)
            cache.store(reputation, at: Records.now)
            let kept = cache.reputation(of: reputation.indicator, at: Records.now)
            try require((kept != nil) == (reputation.expiresAt > Records.now), "a reputation is kept beyond its end")
            try require(
                cache.reputation(of: reputation.indicator, at: Records.now + .seconds(86_400)) == nil,
                "a reputation is kept for longer than any")
            cache.remove(key: reputation.indicator.key)
            try require(cache.count == 0, "a reputation is not forgotten by its key")
            return .understood
        } catch let fault as Unusable {
            try Records.buried(record, fault)
            return .refused(fault.description)
        }
    }

    /// The tracker at assignment, `riposte watch`.
    static let results = Surface("results", seeds: seeds("remediation-result", key: "soar-2026-11-22-0042")) { input in
        let record = Records.record(input)
        return try Records.read(record, as: RemediationResult.self).used { result in
            var book = ResultBook()
            book.learn(result, partition: 3, offset: record.offset)
            var next = result
            next.state = .unknown
            if case .write(let next, _) = book.verdict(on: next, partition: 3) {
                try require(
                    next.version > result.version || result.version == .max, "a version does not rise: \(next.version)")
                try require(!result.state.isEnd || next.state == result.state, "an end is written over")
            }
            var story = ResultStory(for: .watcher)
            let told = story.take(result, NameBook())
            try require(story.take(result, NameBook()).isEmpty, "the same result is told twice")
            try require(told.allSatisfy { !$0.label.isEmpty }, "a line without a label")
            _ = ResultFilter(requests: [], malops: []).json(record)
        }
    }

    /// The executors' switch.
    static let control = Surface("control", seeds: seeds("control-switch", key: ControlSwitch.halt)) { input in
        let record = Records.record(input)
        do {
            switch try ControlWatch.word(of: record) {
            case .set(let value):
                try Records.roundTrip(value)
                try require(record.keyText == ControlSwitch.halt && value.name == ControlSwitch.halt, "another switch")
                return .understood
            case .removed, .nothing:
                try require(record.value == nil, "a value that says nothing")
                return .understood
            }
        } catch let fault as Unusable {
            try Records.buried(record, fault)
            return .refused(fault.description)
        }
    }

    /// `riposte dead-letters`.
    static let deadLetters = Surface("dead-letters", seeds: seeds("dead-letter", key: "riposte.detections/3/42")) {
        input in
        let record = Records.record(input)
        return try Records.read(record, as: DeadLetter.self).used { event in
            let lines = LetterText.lines([event]) + LetterText.whole(event)
            let isPlain = lines.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } }
            try require(isPlain, "a line that a terminal would obey")
            guard let letter = Letter(Received(event: event, record: record), whole: true) else { return }
            _ = ReplayRules.headers(letter.event)
            _ = try? ReplayRules.topic(of: letter, prefix: "riposte.")
        }
    }
}
