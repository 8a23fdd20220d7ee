import JSON

/// What the run's policy has a word for: machines that it protects, where it asks a person, and one that is asked to do
/// more than it allows.
struct ChaosGuards: Sendable {
    /// A machine with what is on it.
    struct Place: Sendable {
        let machine: ChaosWorld.Machine
        let targets: [ChaosWorld.Target]
    }

    /// Where a person is asked first.
    let approve: [Place]
    /// Where nothing is done.
    let protected: Place
    /// Where more is asked for than the caps allow.
    let busy: Place
    /// Actions on one machine within an hour. Only ``busy`` is asked for more.
    let machineCap: Int

    /// Actions in one request.
    static let requestCap = 5
    /// Actions of each request for ``busy``.
    static let busyActions = 3
    /// How much room other machines keep, for what is sent a second time.
    private static let room = 6

    /// - Parameter ordinary: How many machines the policy has no word for.
    init(_ options: ChaosOptions, ordinary: Int, _ random: inout SeededGenerator) {
        machineCap = options.requests / ordinary * 2 + 8
        let careful = max(12, options.requests / 8)
        approve = (0..<2).map { Self.place("CAREFUL-\($0)", careful / 2, &random) }
        protected = Self.place("SAFE-0", 6, &random)
        busy = Self.place("BUSY-0", machineCap * 9 / 5, &random)
    }

    private static func place(_ id: String, _ count: Int, _ random: inout SeededGenerator) -> Place {
        let machine = ChaosWorld.machine(id, &random)
        return Place(
            machine: machine, targets: (0..<count).map { ChaosWorld.target(on: machine, $0, &random) })
    }

    private var places: [Place] { approve + [protected, busy] }
    var machines: [ChaosWorld.Machine] { places.map(\.machine) }
    var targets: [ChaosWorld.Target] { places.flatMap(\.targets) }

    /// How many actions may be planned on a machine without a word in the policy.
    var ordinaryLimit: Int { machineCap - Self.room }

    /// The response policy: quarantine what is malicious, and these guardrails.
    var policy: String {
        """
        mode: enforce
        rules:
          - name: quarantine malicious files
            when:
              verdict: [malicious]
              decisionStatus: [DDS_FAILED_TO_PREVENT, DDS_FAILED_TO_QUARANTINE]
              itemKind: [file]
            actions: [QUARANTINE_FILE]
        groups:
          - name: careful
            match: {id: [\(approve.map { "'\($0.machine.guid)'" }.joined(separator: ", "))]}
            mode: approve
          - name: safe
            match: {id: ['\(protected.machine.guid)']}
            protected: true
          - name: everywhere
            match: {name: ['*']}
            actions: [KILL_PROCESS, QUARANTINE_FILE, KILL_PREVENT_UNSUSPEND]
        caps:
          actionsPerRequest: \(Self.requestCap)
          actionsPerMachine: \(Self.requestCap)
          actionsPerMachineAndHour: \(machineCap)
          machinesPerHour: unlimited
          actionsPerHour: unlimited

        """
    }

    /// The same for the judge.
    var told: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("approve")
            writer.array { writer in
                for place in approve { writer.value(place.machine.guid) }
            }
            writer.key("protected")
            writer.array { $0.value(protected.machine.guid) }
            writer.field("actionsPerRequest", Self.requestCap)
            writer.key("caps")
            writer.object { $0.field("actionsPerMachineAndHour", machineCap) }
        }
        return writer.finish()
    }
}
