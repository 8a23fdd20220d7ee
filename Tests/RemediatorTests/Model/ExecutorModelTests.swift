import FoundationEssentials
import Model
import Testing

/// The real fold, the real course and the real gate in every order of events that a bound allows: appends that come to the
/// log late and out of order, requests that the console carries out late, twice-written records, lists that lag, answers
/// that never come, instances that stand still or die anywhere, halts and people's decisions.
///
/// A state is one that goes on in another way than all before it. The small settings are searched out: they have no other
/// states than those that were judged. Of the large ones the first 1500 states, or as many as `MODEL_STATES` says, are
/// searched breadth first, and then, if there are others, far ahead by one random walk of 120 steps for every 50 of them.
/// Others may use up the room under a cap at any place of the log, and people may approve and deny at any time.
/// What is left out: a stall between the gate and the socket that is longer than the in-flight window, and the end of a
/// request that was parked for a day.
@Suite("Everything that can happen to a request", .serialized)
struct ExecutorModelTests {
    /// More states than a small setting has, and than it takes to see that a protection is missing.
    static let few = 20_000

    private static let two = ModelSetting("two, one attempt") {
        ($0.proofs, $0.attempts, $0.mostStates, $0.reaches) = (0, 1, few, ["submitted", "uncertain"])
    }
    private static let one = ModelSetting("one, two attempts") {
        ($0.proofs, $0.attempts, $0.instances, $0.mostStates) = (0, 2, 1, few)
    }
    private static let twoAndOthers = two.with(", others' remediations and a deadline") {
        ($0.hasForeign, $0.notAfter, $0.reaches) = (true, 1, ["submitted", "parked", "EXPIRED"])
    }
    private static let oneAtOnce = one.with(", the list at once") { $0.lag = .none }
    private static let oneUnlisted = one.with(" and one more, listed or not") {
        ($0.attempts, $0.lag) = (3, .withoutEnd)
    }

    /// Those that are searched out.
    static let small: [ModelSetting] = [
        one, two, twoAndOthers, oneAtOnce, oneUnlisted,
        one.with(" and two crashes") { $0.crashes = 2 },
        one.with(" and a crash, listed or not") { ($0.crashes, $0.lag) = (1, .withoutEnd) },
        one.with(", refusals, a halt and a person") {
            ($0.proofs, $0.refusedLooks, $0.halts, $0.decisions) = (1, 1, 1, 1)
        },
        two.with(" and a deadline") { ($0.notAfter, $0.reaches) = (1, ["submitted", "parked", "EXPIRED"]) },
        two.with(", a deadline and no malop") {
            ($0.notAfter, $0.namesMalop, $0.reaches) = (1, false, ["submitted", "parked", "EXPIRED", "SUCCEEDED"])
        },
        two.with(" and a record written twice") { $0.copies = 1 },
        one.with(" and others under a cap") {
            ($0.hasOthers, $0.proofs, $0.reaches) = (true, 1, ["submitted", "parked", "over a cap", "held"])
        },
        one.with(" and a denial") {
            ($0.denials, $0.proofs, $0.reaches) = (1, 1, ["submitted", "parked", "DENIED", "denied on its way"])
        },
        one.with(", approval and a denial") {
            ($0.needsApproval, $0.approvals, $0.denials) = (true, 1, 1)
            $0.reaches = ["submitted", "held", "DENIED", "parked"]
        },
        two.with(" of an isolation") { ($0.action, $0.reaches) = (.isolateMachine, ["SUCCEEDED", "uncertain"]) },
    ]

    @Test("has no other states, where the bound is small enough to come to them all", arguments: small.indices)
    func searchedOut(index: Int) {
        let setting = Self.small[index]
        var search = ModelSearch(setting)
        let violation = search.run()
        #expect(violation == nil, "\(violation?.description ?? "")")
        print("model: \(setting.name): \(search.states) states, \(search.isExhaustive ? "which are all" : "and more")")
        #expect(search.isExhaustive, "\(setting.name) has more than \(search.states) states")
        #expect(search.unreached == [], "the model does not come there: \(search.reached)")
    }

    static let settings: [ModelSetting] = [
        ModelSetting("one instance and everything") {
            ($0.instances, $0.attempts, $0.crashes, $0.halts) = (1, 3, 2, 1)
            ($0.decisions, $0.refusedLooks, $0.copies) = (1, 1, 1)
        },
        ModelSetting("two instances") { ($0.proofs, $0.reaches) = (0, ["submitted"]) },
        ModelSetting("two, the list at once") {
            ($0.proofs, $0.attempts, $0.lag, $0.reaches) = (0, 1, .none, ["submitted", "uncertain"])
        },
        ModelSetting("two, and crashes") { ($0.proofs, $0.crashes, $0.reaches) = (0, 2, ["submitted"]) },
        ModelSetting("two, and refusals") {
            ($0.proofs, $0.refusedLooks, $0.reaches) = (2, 1, ["submitted", "REFUSED"])
        },
        ModelSetting("two, and others' remediations") { ($0.proofs, $0.hasForeign) = (0, true) },
        ModelSetting("two, and a deadline") {
            ($0.proofs, $0.notAfter, $0.reaches) = (0, 1, ["submitted", "parked", "EXPIRED"])
        },
        ModelSetting("two, and no malop") {
            ($0.proofs, $0.namesMalop, $0.reaches) = (0, false, ["submitted", "parked", "SUCCEEDED"])
        },
        ModelSetting("two, and what must not be done twice, listed or not") {
            ($0.action, $0.lag) = (.deleteRegistryKey, .withoutEnd)
        },
        ModelSetting("two, and what may be done twice, listed or not") { $0.lag = .withoutEnd },
        ModelSetting("two, and an isolation, seen or not") {
            ($0.action, $0.lag, $0.reaches) = (.isolateMachine, .withoutEnd, ["SUCCEEDED", "REFUSED"])
        },
        ModelSetting("two, and a halt") { ($0.proofs, $0.halts, $0.reaches) = (0, 1, ["submitted", "held"]) },
        ModelSetting("two, and a person") { ($0.proofs, $0.decisions, $0.action) = (0, 2, .unquarantineFile) },
        two.with(" and others under a cap") {
            ($0.hasOthers, $0.reaches) = (true, ["submitted", "over a cap", "held"])
            $0.mostStates = 1500
        },
        two.with(" and a denial") {
            ($0.denials, $0.reaches) = (1, ["submitted", "DENIED", "denied on its way"])
            $0.mostStates = 1500
        },
        two.with(", approval and a deadline") {
            ($0.needsApproval, $0.approvals, $0.notAfter) = (true, 1, 1)
            ($0.reaches, $0.mostStates) = (["held", "DENIED"], 1500)
        },
        ModelSetting("two, others under a cap, and a denial") {
            ($0.hasOthers, $0.denials, $0.attempts) = (true, 1, 3)
            $0.reaches = ["submitted", "DENIED", "over a cap", "denied on its way"]
        },
        ModelSetting("two, crashes, approval, a denial and others under a cap") {
            ($0.hasOthers, $0.denials, $0.approvals, $0.needsApproval, $0.crashes) = (true, 1, 1, true, 1)
            ($0.decisions, $0.reaches) = (1, ["DENIED", "held"])
        },
        ModelSetting("two, and records written twice") { ($0.proofs, $0.copies, $0.reaches) = (0, 2, ["submitted"]) },
    ]

    private static let mostStates = ProcessInfo.processInfo.environment["MODEL_STATES"].flatMap { Int($0) }

    @Test("does it no more than once, says nothing untrue, and comes to an end", arguments: settings.indices)
    func laws(index: Int) {
        var setting = Self.settings[index]
        setting.mostStates = Self.mostStates ?? setting.mostStates
        var search = ModelSearch(setting)
        let violation = search.run() ?? search.wander(setting.mostStates / 50, steps: 120, seed: 5)
        #expect(violation == nil, "\(violation?.description ?? "")")
        print("model: \(setting.name): \(search.states) states\(search.isExhaustive ? ", which are all" : "")")
        #expect(search.isExhaustive || search.states >= setting.mostStates)
        #expect(search.unreached == [], "the model does not come there: \(search.reached)")
    }

    /// A model without one of the protections, and what happens then.
    struct Unprotected: Sendable, CustomTestStringConvertible {
        let setting: ModelSetting
        let words: String
        var testDescription: String { setting.name }

        /// Takes a protection out of a setting that is searched out with it.
        init(_ name: String, _ setting: ModelSetting, _ words: String, _ change: (inout ModelSetting) -> Void) {
            self.setting = setting.with(", \(name)") {
                $0.searchesHope = false
                change(&$0)
            }
            self.words = words
        }
    }

    @Test(
        "breaks a law as soon as one protection is missing",
        arguments: [
            Unprotected("without reading the intent back", two, "an attempt is sent twice") { $0.readsBack = false },
            Unprotected("without the gate", oneAtOnce, "carried out 2 times") { $0.hasGate = false },
            Unprotected("with a window shorter than a request takes", one, "carried out 2 times") { $0.flight = 6 },
            Unprotected("and nothing may be done twice", oneUnlisted, "carried out 2 times") { $0.mayBeTwice = false },
            Unprotected("with the list trusted again and again", oneUnlisted, "carried out 3 times") {
                $0.trustsOnce = false
            },
            Unprotected("with others' remediations adopted", twoAndOthers, "is taken for ours") {
                $0.adoptsOnlyOurs = false
            },
            Unprotected("with what is over a cap sent", one, "it is sent over a cap") {
                ($0.hasOthers, $0.keepsToCaps) = (true, false)
            },
            Unprotected("with a denial overheard", one, "it is sent although it was denied") {
                ($0.denials, $0.heedsDenials) = (1, false)
            },
            Unprotected("with nobody asked to approve", one, "it is sent without approval") {
                ($0.needsApproval, $0.approvals, $0.asksForApproval) = (true, 1, false)
            },
        ])
    func unprotected(case unprotected: Unprotected) throws {
        var search = ModelSearch(unprotected.setting)
        let found = search.run()
        let violation = try #require(found)
        #expect(violation.words.contains(unprotected.words), "\(violation)")
        #expect(violation.trace.count > 3)
        print("model: \(unprotected.setting.name): found after \(search.states) states")
    }
}
