import JSON
import Model
import Pipeline
import Policy
import Testing

@testable import Remediator

/// Each test begins with a gate that is open, so that what closes it is what the test says.
@Suite("The gate before the first byte")
struct FiringGateTests {
    /// An attempt whose `INTENT` the log has allowed, and the gate before it.
    private struct Attempt {
        var story: CourseStory
        let gate: FiringGate

        init(notAfter: Duration = .seconds(3600), caps: RateCaps = RateCaps()) {
            story = CourseStory(notAfter: CourseStory.start + notAfter)
            story.policy.caps.rates = caps
            story.intend()
            gate = FiringGate(
                attempt: 1, writer: story.writer, fireBy: story.now + story.rules.fireWithin,
                notAfter: story.request.notAfter, generation: 3)
        }

        func isOpen(generation: Int = 3) -> Bool {
            gate.isOpen(
                now: story.now, wall: story.wall, control: story.control, generation: generation,
                standing: story.request)
        }
    }

    @Test("is closed by a halt, and while nobody can tell whether there is one")
    func halt() {
        var attempt = Attempt()
        #expect(attempt.isOpen())
        attempt.story.control = .halted(by: "ann", reason: nil)
        #expect(!attempt.isOpen())
        attempt.story.control = .unknown
        #expect(!attempt.isOpen())
        attempt.story.control = .clear
        #expect(attempt.isOpen())
    }

    @Test("is closed from the last moment on that its intent allows")
    func fireBy() {
        var attempt = Attempt()
        attempt.story.wait(attempt.story.rules.fireWithin - .nanoseconds(1))
        #expect(attempt.isOpen())
        attempt.story.wait(.nanoseconds(1))
        #expect(!attempt.isOpen())
    }

    @Test("is closed when the request's time is over, though the attempt's is not")
    func notAfter() {
        var attempt = Attempt(notAfter: .seconds(2))
        attempt.story.wait(.seconds(2) - .milliseconds(1))
        #expect(attempt.isOpen())
        attempt.story.wait(.milliseconds(1))
        #expect(!attempt.isOpen())
    }

    @Test("is closed under another policy than the one that has allowed the attempt")
    func policy() {
        let attempt = Attempt()
        #expect(attempt.isOpen(generation: 3))
        #expect(!attempt.isOpen(generation: 4))
    }

    @Test("is closed when its intent is not the one that stands, or none does")
    func foreignIntent() {
        var attempt = Attempt()
        let (gate, story) = (attempt.gate, attempt.story)
        func isOpen(_ standing: LedgerRequest?) -> Bool {
            gate.isOpen(now: story.now, wall: story.wall, control: .clear, generation: 3, standing: standing)
        }
        #expect(isOpen(story.request))
        #expect(!isOpen(nil))
        #expect(!isOpen(CourseStory().request))
        attempt.story.write(FactDraft(.notSent, attempt: 1, .gateClosed, "slow"))
        #expect(!attempt.isOpen())
        attempt.story.crash(as: "two")
        attempt.story.intend(2)
        #expect(attempt.story.request.phase == .intent)
        #expect(!attempt.isOpen())
        var foreign = CourseStory()
        foreign.crash(as: "two")
        foreign.intend()
        #expect(!isOpen(foreign.request), "the same attempt, but another's")
    }

    @Test("is closed once somebody has written that its fate is unknown")
    func uncertain() {
        var attempt = Attempt()
        attempt.story.crash(as: "two")
        attempt.story.write(FactDraft(.uncertain, attempt: 1, .interrupted, "gone"))
        #expect(attempt.story.request.phase == .uncertain)
        #expect(!attempt.isOpen())
    }

    @Test("is closed for an intent that is over a cap where it stands")
    func overCap() {
        #expect(Attempt(caps: RateCaps(actionsPerHour: 1)).isOpen())
        let attempt = Attempt(caps: RateCaps(actionsPerHour: 0))
        #expect(attempt.story.request.phase == .intent)
        #expect(!attempt.isOpen())
    }

    @Test("is closed by a denial that has come since the intent")
    func denial() {
        var attempt = Attempt()
        #expect(attempt.isOpen())
        attempt.story.deny(by: "bob")
        #expect(attempt.story.request.phase == .intent)
        #expect(!attempt.isOpen())
    }
}
