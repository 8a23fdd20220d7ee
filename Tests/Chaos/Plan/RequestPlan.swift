import JSON
import Model

/// The records of a run: requests of all kinds, and what senders do wrong.
struct RequestPlan: Sendable {
    private(set) var records: [PlannedRecord] = []

    private let world: ChaosWorld
    private let span: Duration
    private let begin: Timestamp
    private let malops: [String]
    private var random: SeededGenerator
    /// Targets that no request has named yet.
    private var fresh: [ChaosWorld.Target]
    /// What requests with an id of their own are about, for those that come again.
    private var named: [PlannedRecord] = []
    private var recent: [(target: ChaosWorld.Target, at: Duration)] = []
    private var count = 0
    /// How many actions are planned on each machine that the policy has no word for.
    private var planned: [String: Int] = [:]
    private var careful: [ChaosWorld.Target]
    private var busy: [ChaosWorld.Target]

    init(_ options: ChaosOptions, _ world: ChaosWorld, begin: Timestamp, _ random: inout SeededGenerator) {
        self.world = world
        self.begin = begin
        span = options.span
        malops = (0..<max(8, options.requests / 4)).map { _ in
            "11.\(Int64.random(in: .min ... .max, using: &random))"
        }
        fresh = world.targets.shuffled(using: &random)
        careful = world.guards.approve.flatMap(\.targets).shuffled(using: &random)
        busy = world.guards.busy.targets
        for malop in world.malops { planned[malop.file.machine.guid, default: 0] += 1 }
        self.random = random
        for _ in 0..<options.requests { add() }
        records.sort { ($0.at, $0.id ?? "") < ($1.at, $1.id ?? "") }
        random = self.random
    }

    private mutating func add() {
        let at = random.time(0...(span / .seconds(1)))
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8 where !named.isEmpty: repeatOne(at)
        case 8..<11 where !named.isEmpty: reuseID(at)
        case 11..<14: addUnusable(at)
        case 14..<24: askForLeave(at)
        case 24..<27: touchProtected(at)
        case 27..<30: askForMuch(at)
        case 30..<48 where busy.count >= ChaosGuards.busyActions: keepBusy()
        default: addRequest(at)
        }
    }

    // MARK: - Requests

    private mutating func addRequest(_ at: Duration) {
        let draw = Int.random(in: 0..<100, using: &random)
        var request = newRequest(hasID: draw >= 12)
        for target in targets(of: draw, at) {
            planned[target.machine.guid, default: 0] += 1
            add(target, to: &request)
        }
        if draw >= 90, draw < 93 { request.dryRun = true }
        if draw >= 93, draw < 96 { request.notAfter = begin + at + random.time(4...25) }
        add(request, at)
    }

    private mutating func newRequest(hasID: Bool = true) -> RemediationRequest {
        count += 1
        var request = RemediationRequest()
        request.requestId = hasID ? "chaos-\(count)-\(random.hex(6))" : nil
        request.malopId = random.chance(18) ? nil : malops.randomElement(using: &random)
        request.initiatorUserName = "soar-\(Int.random(in: 1...5, using: &random))"
        if request.requestId != nil { request.reason = "case \(count)" }
        return request
    }

    private mutating func add(_ request: RemediationRequest, _ at: Duration) {
        var record = PlannedRecord(kind: .request, at: at, id: request.requestId, key: nil, value: request.json())
        record.key = random.chance(80) ? request.requestId : nil
        records.append(record)
        if record.id != nil { named.append(record) }
    }

    /// Mostly one target that nobody has named yet, as long as there are such; sometimes several, sometimes one that
    /// somebody else has just asked for.
    private mutating func targets(of draw: Int, _ at: Duration) -> [ChaosWorld.Target] {
        if draw >= 80, draw < 88, let other = recent.randomElement(using: &random), hasRoom(other.target.machine) {
            return [other.target]
        }
        if draw >= 96 { return [stranger(draw)] }
        let wanted = draw >= 70 && draw < 80 ? Int.random(in: 2...3, using: &random) : 1
        return (0..<wanted).map { _ in
            let target = nextFresh()
            recent.append((target, at))
            if recent.count > 20 { recent.removeFirst() }
            return target
        }
    }

    /// On a machine that has room under the caps for it.
    private mutating func nextFresh() -> ChaosWorld.Target {
        while let target = fresh.popLast() {
            if hasRoom(target.machine) { return target }
        }
        fresh = world.targets.filter { hasRoom($0.machine) }.shuffled(using: &random)
        return fresh.popLast() ?? world.targets[0]
    }

    private func hasRoom(_ machine: ChaosWorld.Machine) -> Bool {
        planned[machine.guid, default: 0] + 3 <= world.guards.ordinaryLimit
    }

    /// What isn't there: on a machine that the console knows, or on none.
    private mutating func stranger(_ draw: Int) -> ChaosWorld.Target {
        let known = nextFresh().machine
        let machine = draw >= 98 ? ChaosWorld.Machine(id: "?", guid: "77.\(random.hex(8))") : known
        return ChaosWorld.Target(machine: machine, guid: "77.\(random.hex(8))", isProcess: true)
    }

    private mutating func add(
        _ target: ChaosWorld.Target, to request: inout RemediationRequest, isPlain: Bool = false
    ) {
        var action = RemediationAction()
        action.targetId = target.guid
        action.actionType = target.isProcess ? .killProcess : .quarantineFile
        defer { request.actionsByMachine[target.machine.guid, default: []].append(action) }
        guard !isPlain else { return }
        // An action that must not be sent a second time whatever is known.
        if target.isProcess, random.chance(8) { action.actionType = ActionType(rawValue: "KILL_PREVENT_UNSUSPEND") }
        // And one that is never sent.
        if random.chance(1) { action.actionType = ActionType(rawValue: "ISOLATE_MACHINE") }
    }

    // MARK: - What the guardrails are for

    /// Where the policy asks a person, or asking for that itself.
    private mutating func askForLeave(_ at: Duration) {
        var request = newRequest()
        if random.chance(70), let target = careful.popLast() {
            add(target, to: &request, isPlain: true)
        } else {
            let target = nextFresh()
            planned[target.machine.guid, default: 0] += 1
            add(target, to: &request, isPlain: true)
            request.mode = .approve
        }
        request.notAfter = begin + at + random.time(20...45)
        add(request, at)
    }

    private mutating func touchProtected(_ at: Duration) {
        var request = newRequest()
        guard let target = world.guards.protected.targets.randomElement(using: &random) else { return }
        add(target, to: &request, isPlain: true)
        add(request, at)
    }

    /// More actions than a request may have.
    private mutating func askForMuch(_ at: Duration) {
        var request = newRequest()
        for target in world.targets.shuffled(using: &random).prefix(ChaosGuards.requestCap + 1) {
            add(target, to: &request, isPlain: true)
        }
        add(request, at)
    }

    /// The machine that is asked for more than the caps of an hour allow, all at once and while all is halted, for
    /// every instance to be at the edge of the cap at the same time. What finds no room expires soon.
    private mutating func keepBusy() {
        var request = newRequest()
        let at = span * 0.3 + random.time(0...0.6)
        for target in busy.suffix(ChaosGuards.busyActions) { add(target, to: &request, isPlain: true) }
        busy.removeLast(ChaosGuards.busyActions)
        request.notAfter = begin + at + random.time(35...60)
        add(request, at)
    }

    // MARK: - What senders do wrong

    /// The same request again, soon or late, on its own partition or another.
    private mutating func repeatOne(_ at: Duration) {
        guard let first = named.randomElement(using: &random) else { return }
        let again = PlannedRecord(
            kind: .duplicate, at: first.at + random.time(random.chance(50) ? 0...0.3 : 0...20), id: first.id,
            key: first.key, value: first.value,
            partition: random.chance(50) ? Int.random(in: 0..<1000, using: &random) : nil)
        records.append(again)
    }

    /// Another request under an id that is taken.
    private mutating func reuseID(_ at: Duration) {
        guard let first = named.randomElement(using: &random), let target = world.targets.randomElement(using: &random)
        else { return }
        var request = RemediationRequest()
        request.requestId = first.id
        request.initiatorUserName = "somebody else"
        add(target, to: &request)
        records.append(
            PlannedRecord(
                kind: .reused, at: first.at + random.time(1...20), id: first.id, key: first.key, value: request.json()))
    }

    private mutating func addUnusable(_ at: Duration) {
        let id = "chaos-bad-\(records.count)-\(random.hex(6))"
        let texts = [
            "{\"requestId\": \"\(id)\", \"actionsByMachine\": {}}",
            "{\"requestId\": \"\(id)\", \"actionsByMachine\": {\"1.2\": [{\"targetId\": 7}]}}",
            "{\"requestId\": \"\(id)\", \"schemaVersion\": 99, \"actionsByMachine\": {}}",
            "{\"requestId\": \"\(id)\"", "kill it all", "[]", "{}",
        ]
        let text = texts[Int.random(in: 0..<texts.count, using: &random)]
        records.append(
            PlannedRecord(
                kind: .unusable, at: at, id: text.hasSuffix("}") && text.contains(id) ? id : nil, key: nil,
                value: Array(text.utf8)))
    }
}
