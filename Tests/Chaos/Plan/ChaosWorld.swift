import JSON
import Model

/// What there is to see on the simulated console: machines that come and go, with processes and files on them, and
/// malops that are detected while the run goes on.
struct ChaosWorld: Sendable {
    struct Machine: Sendable {
        let id: String
        let guid: String
        /// When it goes offline and when it is back, since the beginning.
        var absences: [(from: Duration, until: Duration)] = []
    }

    struct Target: Sendable {
        let machine: Machine
        let guid: String
        let isProcess: Bool
        /// How an action on it goes; nil for well and soon.
        var behaviour: JSONText?
        /// Of files that malops are about.
        var sha1: String?
    }

    /// Something that the detector finds.
    struct Malop: Sendable {
        let guid: String
        let file: Target
        let appears: Duration
        /// When its decision statuses change, which makes another revision.
        let changes: Duration?
        /// Whether threat intelligence condemns it, so that the planner asks for something.
        let isMalicious: Bool
    }

    static let username = "chaos@northwind.example"
    static let password = "strike-and-strike-again"
    private static let console = "1198775089551518743"

    /// Machines that nothing is said of in the policy.
    var machines: [Machine] = []
    var targets: [Target] = []
    /// Those that the policy has a word for, and its caps.
    let guards: ChaosGuards
    var malops: [Malop] = []

    init(_ options: ChaosOptions, _ random: inout SeededGenerator) {
        let count = min(40, max(8, options.requests / 12))
        for index in 0..<count {
            var machine = Self.machine("WS-\(index)", &random)
            machine.absences = Self.absences(options.span, &random)
            machines.append(machine)
        }
        let each = min(30, max(8, options.requests * 7 / 10 / count))
        for machine in machines {
            for index in 0..<each { targets.append(Self.target(on: machine, index, &random)) }
        }
        guards = ChaosGuards(options, ordinary: count, &random)
        for index in 0..<min(120, max(4, options.requests / 12)) { addMalop(index, options.span, &random) }
    }

    /// A machine with this name, of this console.
    static func machine(_ id: String, _ random: inout SeededGenerator) -> Machine {
        Machine(id: id, guid: "\(Int32.random(in: 1...Int32.max, using: &random)).\(console)")
    }

    /// A quarter of the machines is away for a while, once or twice.
    private static func absences(
        _ span: Duration, _ random: inout SeededGenerator
    ) -> [(from: Duration, until: Duration)] {
        guard random.chance(25) else { return [] }
        return (0..<Int.random(in: 1...2, using: &random)).map { turn in
            let seconds = span / .seconds(1)
            let from = random.time(0...(seconds * 0.4)) + .milliseconds(Int(seconds * 500) * turn)
            return (from, from + random.time(3...12))
        }
    }

    static func target(on machine: Machine, _ index: Int, _ random: inout SeededGenerator) -> Target {
        let part = machine.guid.prefix { $0 != "." }
        let guid = "\(part).\(Int64.random(in: .min ... .max, using: &random))"
        return Target(
            machine: machine, guid: guid, isProcess: index.isMultiple(of: 2), behaviour: behaviour(&random))
    }

    /// Some actions fail, some never end, some end late, and some logs leave the target out.
    private static func behaviour(_ random: inout SeededGenerator) -> JSONText? {
        let draw = Int.random(in: 0..<100, using: &random)
        guard draw < 20 else { return nil }
        return JSONText { writer in
            writer.object { writer in
                switch draw {
                case 0..<7: writer.field("outcome", "FAILURE")
                case 7..<9: writer.field("outcome", "NEVER")
                case 9..<13:
                    writer.field("end", "late")
                    writer.field("endDelayMs", 1500)
                case 13..<16: writer.field("targetInLog", false)
                default:
                    writer.field("emptyMs", 400)
                    writer.field("inProgressMs", 2500)
                }
            }
        }
    }

    private mutating func addMalop(_ index: Int, _ span: Duration, _ random: inout SeededGenerator) {
        // Some are on machines where a person is asked.
        let careful = guards.approve.map(\.machine)
        let machine = index % 6 == 5 ? careful[index % careful.count] : machines[index % machines.count]
        var file = Self.target(on: machine, 1, &random)
        file.sha1 = random.hex(40)
        let seconds = span / .seconds(1)
        let appears = random.time(0...(seconds * 0.75))
        malops.append(
            Malop(
                guid: "11.\(Int64.random(in: .min ... .max, using: &random))", file: file, appears: appears,
                changes: random.chance(40) ? appears + random.time(2...(seconds * 0.2 + 3)) : nil,
                isMalicious: !random.chance(15)))
    }
}
