extension Suspect {
    /// The hashes that threat intelligence can be asked about.
    public var indicators: [Indicator] {
        [md5, sha1].compactMap { $0.flatMap(Indicator.init(hash:)) }
    }
}

extension Detection {
    /// Every hash, domain name and address of the detection, each once, sorted.
    public var indicators: [Indicator] {
        var found = Set(suspects.flatMap(\.indicators))
        found.formUnion(domains.filter { !$0.isEmpty }.map { Indicator(.domain, $0) })
        found.formUnion(addresses.compactMap(Indicator.init(address:)))
        return found.sorted()
    }
}

extension EnrichedDetection {
    /// The worst verdict on a suspect's own hashes; *not checked* if it has none that can be asked about.
    ///
    /// Domains and addresses belong to the malop, not to one item, and so convict no item.
    public func verdict(on suspect: Suspect) -> Verdict {
        let hashes = Set(suspect.indicators)
        return verdicts.filter { hashes.contains($0.indicator) }.map(\.verdict)
            .max { $0.severity < $1.severity } ?? .notChecked
    }
}
