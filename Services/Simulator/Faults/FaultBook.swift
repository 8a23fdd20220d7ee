/// The rules in force, and what each has seen and done.
struct FaultBook: Sendable {
    private struct Entry: Sendable {
        let rule: FaultRule
        var random: SplitMix
        var matched = 0
        var struck = 0
    }

    private var entries: [Entry] = []
    private var set: Int64 = 0

    /// Replaces all rules.
    mutating func replace(_ rules: [FaultRule], now: Int64) {
        entries = rules.map { Entry(rule: $0, random: SplitMix(seed: $0.seed)) }
        set = now
    }

    /// The fault that strikes a request: of the first rule that applies. Every rule counts what it matches.
    mutating func strike(_ request: Request, now: Int64) -> Fault? {
        var fault: Fault?
        for index in entries.indices where entries[index].rule.matches(request) {
            entries[index].matched += 1
            if fault == nil && applies(&entries[index], now: now) {
                entries[index].struck += 1
                fault = entries[index].rule.fault
            }
        }
        return fault
    }

    private func applies(_ entry: inout Entry, now: Int64) -> Bool {
        let rule = entry.rule
        if !rule.nth.isEmpty && !rule.nth.contains(entry.matched) { return false }
        if let count = rule.count, entry.struck >= count { return false }
        let age = now - set
        if age < rule.fromMs { return false }
        if let until = rule.untilMs, age >= until { return false }
        return rule.probability >= 1 || Double.random(in: 0..<1, using: &entry.random) < rule.probability
    }

    /// What `GET /_simulator/faults` shows.
    var document: Document {
        let rules = entries.map { entry -> Document in
            [
                "name": .string(entry.rule.name), "method": .string(entry.rule.method),
                "path": .string(entry.rule.path), "fault": entry.rule.fault.document,
                "matched": .integer(entry.matched), "struck": .integer(entry.struck),
            ]
        }
        return ["rules": .array(rules)]
    }
}
