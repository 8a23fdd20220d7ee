/// `/_simulator/…`: what a test may ask of the simulator itself.
extension World {
    /// - Parameter offset: what the simulated time is ahead of the real one, in milliseconds.
    mutating func administer(_ request: Request, offset: inout Int64) -> Answer {
        switch (request.method, request.path) {
        case ("GET", "/livez"), ("GET", "/readyz"): return .text("ok\n")
        case ("GET", "/_simulator/scenario"): return .json(inventory)
        case ("GET", "/_simulator/journal"): return .json(journal.document)
        case ("DELETE", "/_simulator/journal"): journal.removeAll()
        case ("GET", "/_simulator/faults"): return .json(faults.document)
        case ("DELETE", "/_simulator/faults"): faults.replace([], now: now)
        case ("PUT", "/_simulator/faults"):
            return changed(request) { (world, body) throws(ScenarioError) in
                world.faults.replace(try FaultRule.rules(body), now: world.now)
            }
        case ("GET", "/_simulator/requests"): return .json(counters.document)
        case ("DELETE", "/_simulator/requests"): counters.removeAll()
        case ("DELETE", "/_simulator/sessions"): sessions.endAll()
        case ("GET", "/_simulator/clock"): break
        case ("POST", "/_simulator/clock"): return moveClock(request, offset: &offset)
        case ("POST", "/_simulator/scenario"):
            return changed(request) { (world, body) throws(ScenarioError) in
                try world.add(try ScenarioContents(body))
            }
        default: return notFound
        }
        return .json(["nowMs": .integer(now)])
    }

    /// How much there is of everything.
    private var inventory: Document {
        let types = ["Machine", "User", "File", "Process", "Connection", "QuarantineFile"]
        let counts = types.map { Document.Member(key: $0, value: .integer(graph.all($0).count)) }
        return .object(
            counts + [
                .init(key: "malops", value: .integer(malops.count)),
                .init(key: "remediations", value: .integer(runs.count)),
                .init(key: "openRemediations", value: .integer(openRuns.count)),
            ])
    }

    private mutating func changed(
        _ request: Request, _ change: (inout World, Document) throws(ScenarioError) -> Void
    ) -> Answer {
        do {
            try change(&self, try Document(json: request.body))
            return .json(["nowMs": .integer(now)])
        } catch {
            return .text("\(error)\n", status: 400)
        }
    }

    /// `{"advanceMs": 5000}` or `{"setMs": 1764000000000}`. Time does not go back.
    private mutating func moveClock(_ request: Request, offset: inout Int64) -> Answer {
        let body = (try? Document(json: request.body)) ?? .null
        let step = body["advanceMs"]?.integer ?? body["setMs"]?.integer.map { $0 - now }
        guard let step, step >= 0, step < 4_000_000_000_000 else {
            return .text("advanceMs or setMs is needed, and time does not go back\n", status: 400)
        }
        offset += step
        advance(to: now + step)
        return .json(["nowMs": .integer(now)])
    }
}
