import JSON
import Kafka
import Model
import Synchronization

/// What happens at the same time: requests, blows, instances that come and go, a broker that breaks.
extension ChaosRun {
    func strikeAndPublish(_ plan: ChaosPlan, _ fleet: Fleet, _ aim: Aim) async {
        let begin = ContinuousClock.now
        note(plan.world.malops)
        await withTaskGroup { group in
            group.addTask { await self.publish(plan.requests.records, since: begin) }
            for strike in plan.strikes.strikes {
                group.addTask { await self.perform(strike, fleet, aim, since: begin) }
            }
            for size in plan.strikes.sizes {
                group.addTask {
                    try? await Task.sleep(until: begin + size.at, clock: .continuous)
                    await fleet.resize(size.role, to: size.count)
                }
            }
            for outage in plan.strikes.outages {
                group.addTask {
                    try? await Task.sleep(until: begin + outage, clock: .continuous)
                    await self.broker.strike(self.tally, self.out)
                }
            }
            for halt in plan.strikes.halts {
                group.addTask { await self.halt(at: begin + halt.at, for: halt.length) }
            }
            let telling = Task {
                let pause: Duration = options.span > .seconds(300) ? .seconds(30) : .seconds(10)
                while !Task.isCancelled {
                    try? await Task.sleep(for: pause)
                    if !Task.isCancelled { tell() }
                }
            }
            await group.waitForAll()
            telling.cancel()
            tell()
        }
    }

    /// Halts all remediation for a while. What Kafka does not take is tried again: nobody would resume for us.
    private func halt(at time: ContinuousClock.Instant, for length: Duration) async {
        try? await Task.sleep(until: time, clock: .continuous)
        for (on, reason) in [(true, "wrong policy deployed"), (false, "policy mended")] {
            for attempt in 1...10 {
                do {
                    try await broker.halt(on, reason)
                    break
                } catch {
                    if attempt == 10 { tally.problem("the switch could not be set: \(error)") }
                    try? await Task.sleep(for: .seconds(1))
                }
            }
            say(on ? "all remediation is halted for \(Self.seconds(length))" : "remediation is allowed again")
            if on { try? await Task.sleep(for: length) }
        }
    }

    /// Publishes each record in its time, whether or not Kafka has taken those before it.
    private func publish(_ records: [PlannedRecord], since begin: ContinuousClock.Instant) async {
        await withTaskGroup { group in
            for record in records {
                try? await Task.sleep(until: begin + record.at, clock: .continuous)
                group.addTask {
                    do {
                        self.note(record, at: try await self.broker.publish(record))
                    } catch {
                        self.tally.problem("a record could not be published: \(error)")
                    }
                }
            }
        }
    }

    private func perform(
        _ strike: Strike, _ fleet: Fleet, _ aim: Aim, since begin: ContinuousClock.Instant
    ) async {
        try? await Task.sleep(until: begin + strike.at, clock: .continuous)
        var role = Role.remediator
        switch strike.aim {
        case .random(let chosen): role = chosen
        case .writer(let kind):
            if await aim.strike(strike, within: .seconds(4)) { return }
            if kind == .ended { role = .tracker }
        }
        // There may be nobody just now: all are being started again.
        for _ in 0..<100 {
            if fleet.strike(strike.blow, role, pick: strike.pick) { return }
            try? await Task.sleep(for: .milliseconds(200))
        }
        tally.problem("a strike at \(strike.at) found nobody for 20 s")
    }

    // MARK: - What the judge is told

    private func note(_ record: PlannedRecord, at place: RecordPosition) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("kind", record.kind.rawValue)
            writer.field("requestId", record.id)
            writer.field("topic", place.topic)
            writer.field("partition", Int64(place.partition))
            writer.field("offset", place.offset)
        }
        let line = String(decoding: writer.finish(), as: UTF8.self)
        published.withLock { $0.append(line) }
    }

    private func note(_ malops: [ChaosWorld.Malop]) {
        for malop in malops {
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("kind", "malop")
                writer.field("malopId", malop.guid)
                writer.field("isMalicious", malop.isMalicious)
            }
            let line = String(decoding: writer.finish(), as: UTF8.self)
            published.withLock { $0.append(line) }
        }
    }
}
