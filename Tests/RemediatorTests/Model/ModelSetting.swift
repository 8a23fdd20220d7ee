import Model

@testable import Remediator

/// What may happen in a model, how often, and which of the protocol's protections it has.
///
/// Time is counted in ticks of 1000 s, far longer than anything that a process waits for but the in-flight window.
struct ModelSetting: Sendable {
    /// How the console's list follows what the console does.
    enum Lag: Sendable {
        /// What is carried out is listed at once.
        case none

        /// It may be listed later, but before the window has passed since the append of the `INTENT` began.
        case withinWindow

        /// It may never be listed.
        case withoutEnd
    }

    var name: String

    // What may happen.

    /// Instances that all take the request for theirs.
    var instances = 2
    /// The last attempt that begins.
    var attempts = 3
    /// Answers that prove that an attempt was not carried out: a refusal, a connection that never was.
    var proofs = 1
    /// Processes that die, at any place, and begin anew from the log.
    var crashes = 0
    /// Times that remediation is halted and allowed again.
    var halts = 0
    /// Decisions of a person about a parked request, who sends again only what is certainly not there.
    var decisions = 0
    /// Denials of a person, who says so at any time.
    var denials = 0
    /// Approvals of a person, who says so at any time.
    var approvals = 0
    /// Whether the policy has a person approve it first.
    var needsApproval = false
    /// Whether others may use up the room under a cap, at any place of the log, and give it back.
    var hasOthers = false
    /// Looks at the console that it refuses to answer.
    var refusedLooks = 0
    /// Records that the producer writes twice.
    var copies = 0
    var lag = Lag.withinWindow
    /// Whether the list also has what may be ours and is not.
    var hasForeign = false
    var namesMalop = true
    var action = ActionType.killProcess
    /// The tick from which it is not sent any more.
    var notAfter: Int?

    // What protects.

    /// Whether an `INTENT` is read back and judged by the fold before anything is sent.
    var readsBack = true
    /// Whether the gate is asked.
    var hasGate = true
    /// For how many ticks the executor takes an attempt to be on its way.
    var window = 2
    /// Whether the console's list is trusted but once that an attempt is not there.
    var trustsOnce = true
    /// Whether only what is certainly ours is adopted.
    var adoptsOnlyOurs = true
    /// Whether nothing is sent because of an `INTENT` that is over its cap where it stands.
    var keepsToCaps = true
    /// Whether the gate closes when a denial was read.
    var heedsDenials = true
    /// Whether the executor knows that a person must approve.
    var asksForApproval = true

    /// Whether twice is borne where the list may keep from us for ever what was done, and twice does no harm.
    var mayBeTwice = true
    /// Whether it is also searched whether an end is reached from everywhere.
    var searchesHope = true

    /// For how many ticks after the append of its `INTENT` began an attempt may really be carried out.
    var flight = 2

    /// Where the request comes to in some of the states, in the words of ``ModelSearch/reached``.
    var reaches: Set<String> = ["submitted", "parked"]

    // The bound.

    /// No more states than so many are searched.
    var mostStates = 1500

    /// What every `INTENT` has written on it: room for two attempts of ours, or for what others ask for at once.
    var caps: RateCaps? { hasOthers ? RateCaps(actionsPerHour: Self.room) : nil }
    static let room = 2

    init(_ name: String, _ change: (inout ModelSetting) -> Void = { _ in }) {
        self.name = name
        change(&self)
    }

    /// The same with a difference.
    func with(_ addition: String, _ change: (inout ModelSetting) -> Void) -> ModelSetting {
        var setting = self
        setting.name += addition
        change(&setting)
        return setting
    }
}
