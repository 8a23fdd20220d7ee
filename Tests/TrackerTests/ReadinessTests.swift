internal import Model
internal import Runtime
internal import TestSupport
internal import Testing

@testable import Cybereason
@testable import Tracker

@Suite("Whether a tracker is ready")
struct ReadinessTests {
    private let context = ServiceContext(name: "tracker", logger: Logger(label: "test", sink: .none))

    private func holds(_ name: String) -> Bool? {
        context.readiness.conditions.first { $0.name == name }?.holds
    }

    private static func failure(_ kind: ConsoleError.Kind) -> Evidence {
        var evidence = Evidence()
        evidence.files = .failure(ConsoleError(kind, "no"))
        return evidence
    }

    @Test("whether the console is away is not the tracking's to say")
    func console() {
        _ = TrackingObservation(context)
        #expect(holds("console") == nil)
    }

    @Test("it is not until what the partitions hold is known, and nothing is settled meanwhile")
    func released() {
        let observation = TrackingObservation(context)
        observation.replayed(2, requests: 0)
        #expect(holds("results") == true)
        observation.looked(Self.failure(.unavailable))
        observation.released()
        observation.follows([TrackedRequest](), verifying: 0, isSettled: false)
        #expect(holds("results") == false && holds("console-queries") == false)
        observation.replayed(0, requests: 0)
        observation.follows([TrackedRequest](), verifying: 0, isSettled: true)
        #expect(holds("results") == true && holds("console-queries") == true)
    }

    @Test("a question that the console refuses for itself says nothing against the console")
    func refusedQuestion() {
        let observation = TrackingObservation(context)
        observation.looked(Self.failure(.rejected))
        #expect(holds("console-queries") == true)
        observation.looked(Self.failure(.unavailable))
        #expect(holds("console-queries") == false)
        observation.looked(Self.failure(.invalidArgument))
        #expect(holds("console-queries") == false, "nothing was asked")
        observation.looked(Self.failure(.rejected))
        #expect(holds("console-queries") == true, "it was answered")
    }
}

@Suite("Trackers without a partition", .kafka)
struct SpareTrackerTests {
    @Test("one more than there are partitions is ready")
    func spare() async throws {
        try await TrackerBench.run(partitions: 1) { bench in
            let first = try await RunningTracker(bench)
            let second = try await RunningTracker(bench)
            try await eventually("both are ready") {
                first.context.readiness.isReady && second.context.readiness.isReady
            }
            await first.stop()
            try await bench.submit("r", [TrackerBench.target("f1")])
            #expect(try await bench.ended("r").state == .succeeded)
            await second.stop()
        }
    }
}
