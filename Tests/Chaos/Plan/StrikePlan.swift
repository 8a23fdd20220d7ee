import Model

/// A service that is run in several instances.
enum Role: String, Sendable, CaseIterable {
    case detector, enricher, remediator, tracker
}

/// Something done to one instance.
struct Strike: Sendable {
    enum Blow: Sendable, Hashable {
        /// SIGKILL, and a new start after a while.
        case kill(restartAfter: Duration)
        /// SIGSTOP, and SIGCONT after a while.
        case stop(Duration)
        /// SIGSTOP, SIGCONT, and at once SIGKILL: it acts on what it knew, and cannot say so.
        case stopThenKill(Duration)
    }

    enum Aim: Sendable, Hashable {
        /// Any instance of a role.
        case random(Role)
        /// Whoever writes the next fact of this kind, as soon as it can be read.
        case writer(of: FactKind)
    }

    let at: Duration
    let aim: Aim
    let blow: Blow
    /// Which one of several.
    let pick: Int

    var isKill: Bool {
        switch blow {
        case .kill: true
        case .stop, .stopThenKill: false
        }
    }
}

/// The crashes and stalls of a run, in their order.
struct StrikePlan: Sendable {
    private(set) var strikes: [Strike] = []
    /// How many instances of a role there are from when on.
    private(set) var sizes: [(at: Duration, role: Role, count: Int)] = []
    /// When the broker is crashed or cut off.
    private(set) var outages: [Duration] = []
    /// When all remediation is halted and for how long.
    private(set) var halts: [(at: Duration, length: Duration)] = []

    init(_ options: ChaosOptions, _ random: inout SeededGenerator) {
        let seconds = options.span / .seconds(1)
        // None in the first moments: there is nothing yet to lose.
        let times = 2...max(3, seconds)
        let stops = options.kills
        strikes += (0..<options.kills).map { _ in Self.kill(random.time(times), &random) }
        strikes += (0..<stops).map { _ in Self.stop(random.time(times), options, &random) }
        strikes.sort { $0.at < $1.at }
        var at = random.time(8...15)
        while at < options.span {
            let role = random.chance(50) ? .remediator : Role.allCases.randomElement(using: &random) ?? .tracker
            let counts = role == .remediator ? 2...4 : 1...3
            sizes.append((at, role, Int.random(in: counts, using: &random)))
            at += random.time(10...25)
        }
        addHalts(seconds, &random)
        guard options.kills > 0 else { return }
        for turn in 0..<max(1, min(5, Int(seconds / 200))) {
            outages.append(
                .milliseconds(Int(seconds * 1000 / Double(max(1, min(5, Int(seconds / 200)))) * (Double(turn) + 0.5))))
        }
    }

    /// One that is long enough for all that was under way to be over, early enough for much to go wrong after it; and
    /// short ones, in longer runs.
    private mutating func addHalts(_ seconds: Double, _ random: inout SeededGenerator) {
        let long = ChaosTimes.window + .seconds(9)
        halts.append((.milliseconds(Int(seconds * 250)), long))
        var at = seconds * 0.25 + long / .seconds(1) + 20
        while at + 15 < seconds {
            halts.append((.milliseconds(Int(at * 1000)), random.time(8...11)))
            at += 60 + Double.random(in: 0...20, using: &random)
        }
    }

    private static func kill(_ at: Duration, _ random: inout SeededGenerator) -> Strike {
        Strike(
            at: at, aim: aim(&random), blow: .kill(restartAfter: random.time(0...2)),
            pick: Int.random(in: 0..<1000, using: &random))
    }

    /// As long as matters: shorter than anyone notices, long enough to lose the partitions and still be in time to fire,
    /// and longer than the window.
    private static func stop(
        _ at: Duration, _ options: ChaosOptions, _ random: inout SeededGenerator
    ) -> Strike {
        let session = options.sessionTimeout / .seconds(1)
        let window = ChaosTimes.window / .seconds(1)
        let aim = aim(&random)
        let (short, unnoticed) = aim == .writer(of: .accepted) ? (20, 90) : (25, 50)
        let draw = Int.random(in: 0..<100, using: &random)
        let length =
            if draw < short {
                random.time(0.2...1.5)
            } else if draw < unnoticed {
                random.time((session + 0.5)...(session + 6))
            } else {
                random.time((window + 0.5)...(window + 4))
            }
        return Strike(
            at: at, aim: aim, blow: random.chance(15) ? .stopThenKill(length) : .stop(length),
            pick: Int.random(in: 0..<1000, using: &random))
    }

    private static func aim(_ random: inout SeededGenerator) -> Strike.Aim {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8: .random(.remediator)
        case 8..<16: .random(.tracker)
        case 16..<23: .random(.enricher)
        case 23..<30: .random(.detector)
        case 30..<45: .writer(of: .accepted)
        case 45..<80: .writer(of: .intent)
        case 80..<90: .writer(of: .submitted)
        default: .writer(of: .ended)
        }
    }
}
