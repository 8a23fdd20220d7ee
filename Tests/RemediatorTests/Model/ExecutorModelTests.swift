import FoundationEssentials
import Model
import Testing

/// The real fold, the real course and the real gate in every order of events that a bound allows: appends that come to the
/// log late and out of order, requests that the console carries out late, twice-written records, lists that lag, answers
/// that never come, instances that stand still or die anywhere, halts and people's decisions.
///
/// Each setting is searched breadth first over 1500 states, or as many as `MODEL_STATES` says, and then far ahead by one
/// random walk of 120 steps for every 200 of them; a state is one that goes on in another way than all before it. What is
/// left out: a stall between the gate and the socket that is longer than the in-flight window.
@Suite("Everything that can happen to a request", .serialized)
struct ExecutorModelTests {
    static let settings: [ModelSetting] = [
        ModelSetting("one instance and everything") {
            ($0.instances, $0.attempts, $0.crashes, $0.halts) = (1, 3, 2, 1)
            ($0.decisions, $0.refusedLooks, $0.copies) = (1, 1, 1)
        },
        ModelSetting("two instances") { $0.proofs = 0 },
        ModelSetting("two, the list at once") { ($0.proofs, $0.attempts, $0.lag) = (0, 1, .none) },
        ModelSetting("two, and crashes") { ($0.proofs, $0.crashes) = (0, 2) },
        ModelSetting("two, and refusals") { ($0.proofs, $0.refusedLooks) = (2, 1) },
        ModelSetting("two, and others' remediations") { ($0.proofs, $0.hasForeign) = (0, true) },
        ModelSetting("two, and a deadline") { ($0.proofs, $0.notAfter) = (0, 1) },
        ModelSetting("two, and no malop") { ($0.proofs, $0.namesMalop) = (0, false) },
        ModelSetting("two, and what must not be done twice, listed or not") {
            ($0.action, $0.lag) = (.deleteRegistryKey, .withoutEnd)
        },
        ModelSetting("two, and what may be done twice, listed or not") { $0.lag = .withoutEnd },
        ModelSetting("two, and a halt") { ($0.proofs, $0.halts) = (0, 1) },
        ModelSetting("two, and a person") { ($0.proofs, $0.decisions, $0.action) = (0, 2, .unquarantineFile) },
        ModelSetting("two, and records written twice") { ($0.proofs, $0.copies) = (0, 2) },
    ]

    private static let mostStates = ProcessInfo.processInfo.environment["MODEL_STATES"].flatMap { Int($0) }

    @Test("does it no more than once, says nothing untrue, and comes to an end", arguments: settings.indices)
    func laws(index: Int) {
        var setting = Self.settings[index]
        setting.mostStates = Self.mostStates ?? setting.mostStates
        var search = ModelSearch(setting)
        let violation = search.run() ?? search.wander(setting.mostStates / 200, steps: 120, seed: 5)
        #expect(violation == nil, "\(violation?.description ?? "")")
        print("model: \(setting.name): \(search.states) states\(search.isExhaustive ? ", which are all" : "")")
        #expect(search.states >= setting.mostStates)
        let settled = ["submitted", "parked", "SUCCEEDED", "EXPIRED"].reduce(0) { $0 + (search.reached[$1] ?? 0) }
        #expect(settled > 10, "the model comes nowhere: \(search.reached)")
    }

    /// A model without one of the protections, and what happens then.
    struct Unprotected: Sendable, CustomTestStringConvertible {
        let setting: ModelSetting
        let words: String
        var testDescription: String { setting.name }

        init(_ name: String, _ words: String, _ change: (inout ModelSetting) -> Void) {
            setting = ModelSetting(name) {
                ($0.proofs, $0.attempts, $0.searchesHope, $0.mostStates) = (0, 2, false, 400_000)
                change(&$0)
            }
            self.words = words
        }
    }

    @Test(
        "breaks a law as soon as one protection is missing",
        arguments: [
            Unprotected("without reading the intent back", "an attempt is sent twice") { $0.readsBack = false },
            Unprotected("without the gate", "carried out 2 times") {
                ($0.hasGate, $0.lag, $0.instances) = (false, .none, 1)
            },
            Unprotected("with a window shorter than a request takes", "carried out 2 times") {
                ($0.flight, $0.instances) = (6, 1)
            },
            Unprotected("with a list that lags longer than the window", "carried out 2 times") {
                ($0.lag, $0.instances, $0.mayBeTwice) = (.withoutEnd, 1, false)
            },
            Unprotected("with the list trusted again and again", "carried out 3 times") {
                ($0.trustsOnce, $0.lag, $0.attempts, $0.instances) = (false, .withoutEnd, 3, 1)
            },
            Unprotected("with others' remediations adopted", "is taken for ours") {
                ($0.adoptsOnlyOurs, $0.hasForeign) = (false, true)
            },
        ])
    func unprotected(case unprotected: Unprotected) throws {
        var search = ModelSearch(unprotected.setting)
        let found = search.run()
        let violation = try #require(found)
        #expect(violation.words.contains(unprotected.words), "\(violation)")
        #expect(violation.trace.count > 5)
    }
}
