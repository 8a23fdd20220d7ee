import Model

/// What the machines of a request allow.
enum MachineSituation: Equatable {
    /// All are known and connected.
    case ready
    /// What is known of these is too old. If no answer has come by `overdue`, that is to be shown.
    case toAsk([String], words: String, overdue: ContinuousClock.Instant)
    /// The console does not answer, which is to be shown from `overdue` on.
    case away(words: String, overdue: ContinuousClock.Instant, until: ContinuousClock.Instant)
    case unknown(words: String)
    case offline(words: String, until: ContinuousClock.Instant)
}

extension RequestCourse {
    /// What is said of a console that has neither answered nor failed.
    static let noWords = "the console has not answered yet"

    func situation(of request: LedgerRequest, _ around: Circumstances) -> MachineSituation {
        let ids = Set(request.request.targets.map(\.machineId)).sorted()
        let readings = ids.map { ($0, around.machines[$0] ?? MachineReading()) }
        let stale = readings.filter { $0.1.answer(at: around.now, within: rules.machineRecheck) == nil }
        if let away = away(stale.map(\.1), around.now) { return away }
        guard stale.isEmpty else {
            let words = stale.lazy.compactMap(\.1.failure).first ?? Self.noWords
            return .toAsk(stale.map(\.0), words: words, overdue: overdue(stale.map(\.1), around.now))
        }
        let unknown = readings.filter { $0.1.answer == .unknown }.map(\.0)
        if !unknown.isEmpty { return .unknown(words: "the console does not know \(unknown.joined(separator: ", "))") }
        let mute = readings.filter { $0.1.pylumID == nil }.map(\.0)
        if request.request.isIsolation, !mute.isEmpty {
            let words = "by which isolation is asked for"
            return .unknown(words: "the console does not name the sensor of \(mute.joined(separator: ", ")), \(words)")
        }
        let absent = readings.filter { $0.1.answer != .online }
        guard !absent.isEmpty else { return .ready }
        let oldest = absent.compactMap(\.1.answeredAt).min() ?? around.now
        return .offline(words: Self.words(absent), until: oldest + rules.machineRecheck)
    }

    private func away(_ readings: [MachineReading], _ now: ContinuousClock.Instant) -> MachineSituation? {
        let failing = readings.filter { $0.retryAt.map { $0 > now } ?? false }
        guard let worst = failing.max(by: { $0.failures < $1.failures }) else { return nil }
        let until = failing.compactMap(\.retryAt).min() ?? now
        let shown = worst.needsPerson ? now : overdue(failing, now)
        return .away(words: worst.failure ?? "no answer", overdue: shown, until: until)
    }

    /// When the wait for these is to be shown.
    private func overdue(_ readings: [MachineReading], _ now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        (readings.compactMap(\.wantedSince).min() ?? now) + rules.patience
    }

    private static func words(_ absent: [(String, MachineReading)]) -> String {
        let names = absent.map { id, reading in
            let name = reading.name.isEmpty ? id : "\(reading.name) (\(id))"
            return reading.answer == .silent ? "\(name), of which the console does not say it," : name
        }
        return "not connected: \(names.joined(separator: ", "))"
    }
}
