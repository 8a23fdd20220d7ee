internal import JSON
internal import Model

extension EnrichedDetection {
    /// A detection with what came of asking for its indicators.
    init(_ detection: Detection, _ outcomes: [Indicator: LookupOutcome], source: Origin, at now: Timestamp) {
        self.init()
        self.detection = detection
        self.source = source
        verdicts = detection.indicators.map { IndicatorVerdict($0, outcomes[$0]) }
        settle(outcomes, at: now)
    }

    /// The indicators that are not checked.
    var unchecked: [Indicator] { verdicts.filter { $0.verdict == .notChecked }.map(\.indicator) }

    /// The same with what came of asking again.
    func adding(_ outcomes: [Indicator: LookupOutcome], at now: Timestamp) -> EnrichedDetection {
        var copy = self
        for index in copy.verdicts.indices where copy.verdicts[index].verdict == .notChecked {
            guard let outcome = outcomes[copy.verdicts[index].indicator] else { continue }
            copy.verdicts[index] = IndicatorVerdict(copy.verdicts[index].indicator, outcome)
        }
        copy.settle(outcomes, at: now)
        return copy
    }

    /// The same with the verdicts that were published before and that are not known this time: what was once said of a
    /// detection is not taken back because threat intelligence is away.
    func keeping(_ earlier: EnrichedDetection) -> EnrichedDetection {
        guard earlier.detection.detectionId == detection.detectionId else { return self }
        let known = Dictionary(
            earlier.verdicts.filter { $0.verdict != .notChecked }.map { ($0.indicator, $0) }
        ) { first, _ in first }
        var copy = self
        for index in copy.verdicts.indices where copy.verdicts[index].verdict == .notChecked {
            guard let verdict = known[copy.verdicts[index].indicator] else { continue }
            copy.verdicts[index] = verdict
        }
        copy.complete = complete || copy.unchecked.isEmpty
        return copy
    }

    private mutating func settle(_ outcomes: [Indicator: LookupOutcome], at now: Timestamp) {
        enrichedAt = now
        complete = unchecked.allSatisfy { indicator in
            guard case .notChecked(_, isFinal: true) = outcomes[indicator] else { return false }
            return true
        }
    }
}

extension IndicatorVerdict {
    /// The verdict that an outcome is; *not checked* without one.
    init(_ indicator: Indicator, _ outcome: LookupOutcome?) {
        self.init()
        self.indicator = indicator
        switch outcome {
        case .known(let reputation):
            verdict = reputation.verdict
            classification = reputation.classification
            source = reputation.source
            link = reputation.link
            checkedAt = reputation.checkedAt
        case .notChecked(let reason, _):
            notCheckedBecause = reason
        case nil:
            notCheckedBecause = "threat intelligence was not asked"
        }
    }
}
