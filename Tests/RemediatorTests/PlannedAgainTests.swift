import JSON
import Model
import Policy
import Testing

@testable import Remediator

@Suite("What was only observed is asked for again under another policy")
struct PlannedAgainTests {
    private static let target = ActionTarget(machineId: "m1", targetId: "p1", actionType: .killProcess)

    private static func id(_ repetition: Int) -> String {
        RemediationRequest.plannedID(malopId: "11.27", target: target, repetition: repetition)
    }

    /// A request of the ledger.
    private static func known(_ end: RequestState?, policy: String?) throws -> LedgerRequest {
        var request = RemediationRequest()
        request.actionsByMachine = ["m1": [RemediationAction(targetId: "p1", actionType: .killProcess)]]
        request.policy = policy
        var accepted = LedgerFact()
        accepted.requestId = "r"
        accepted.fact = .accepted
        accepted.request = request
        var ledger = Ledger()
        _ = ledger.apply(accepted, key: "r/1", logTime: Timestamp(milliseconds: 1))
        if let end {
            var ended = LedgerFact()
            ended.requestId = "r"
            ended.fact = .ended
            ended.state = end
            _ = ledger.apply(ended, key: "r/2", logTime: Timestamp(milliseconds: 2))
        }
        return try #require(ledger.requests["r"])
    }

    /// The id that is asked for under policy `now`, with requests known by their place in the chain.
    private func planned(_ ledger: [Int: LedgerRequest], mode: ResponseMode = .enforce) -> String? {
        var policy = PlannerTests.policy
        policy.digest = "now"
        let byID = Dictionary(uniqueKeysWithValues: ledger.map { (Self.id($0.key), $0.value) })
        let detection = PlannerTests.detection([PlannerTests.suspect("p1", .process, "a")])
        return ResponsePlanner(policy: policy, mode: mode, known: { byID[$0] })
            .requests(for: detection, at: detection.detection.detectedAt).first?.requestId
    }

    @Test("what the ledger does not know has the first id") func first() {
        #expect(planned([:]) == Self.id(0))
        #expect(Set((0...16).map(Self.id)).count == 17)
    }

    @Test("what was observed under another policy has the next id, and under this one the same", arguments: 0...15)
    func observed(_ newest: Int) throws {
        #expect(planned([newest: try Self.known(.observed, policy: "before")]) == Self.id(newest + 1))
        #expect(planned([newest: try Self.known(.observed, policy: nil)]) == Self.id(newest + 1))
        #expect(planned([newest: try Self.known(.observed, policy: "now")]) == Self.id(newest))
    }

    @Test(
        "what is open, or ended otherwise, is not asked for again",
        arguments: [nil, .refused, .denied, .succeeded, .expired] as [RequestState?])
    func otherwise(_ end: RequestState?) throws {
        #expect(planned([0: try Self.known(end, policy: "before")]) == Self.id(0))
        #expect(
            planned([0: try Self.known(.observed, policy: "older"), 1: try Self.known(end, policy: "before")])
                == Self.id(1))
    }

    @Test("the newest of the chain decides, also when the ledger has forgotten the older ones") func newest() throws {
        #expect(
            planned([
                0: try Self.known(.observed, policy: "before"), 1: try Self.known(.observed, policy: "now"),
            ]) == Self.id(1))
        #expect(planned([3: try Self.known(.observed, policy: "before")]) == Self.id(4))
    }

    @Test("the chain ends") func end() throws {
        #expect(planned([16: try Self.known(.observed, policy: "before")]) == Self.id(16))
    }

    @Test("a dry run has its own id, whatever was asked for") func dryRun() throws {
        let observing = RemediationRequest.plannedID(malopId: "11.27", target: Self.target, observing: true)
        #expect(planned([0: try Self.known(.observed, policy: "before")], mode: .observe) == observing)
    }
}
