internal import Model

extension EnrichedDetection {
    /// The same with something left out of its detection, which says so: for one that is larger than Kafka takes. The
    /// verdicts on what remains stay.
    ///
    /// - Returns: Nil if there is nothing left to leave out.
    func shrunk() -> EnrichedDetection? {
        guard let smaller = detection.shrunk() else { return nil }
        var copy = self
        copy.detection = smaller
        let indicators = Set(smaller.indicators)
        copy.verdicts.removeAll { !indicators.contains($0.indicator) }
        copy.complete = complete || copy.unchecked.isEmpty
        return copy
    }
}
