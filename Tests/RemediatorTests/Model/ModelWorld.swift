import Cybereason
import JSON
import Model

@testable import Pipeline
@testable import Remediator

/// Everything there is at one moment: the log and what is on its way there, two instances that both take the request for
/// theirs, and the console.
struct ModelWorld {
    /// What an instance is in the middle of.
    enum Activity: Hashable {
        case idle
        /// A fact is on its way, which stands at this depth of the log when it has come there.
        case appending(kind: FactKind, at: Int?)
        /// The same of an `INTENT`.
        case intending(attempt: Int, begun: Int, at: Int?)
        /// The log has allowed it; nothing is sent yet.
        case beforeGate(attempt: Int, begun: Int)
        /// It is sent, and the answer awaited.
        case posting(attempt: Int, post: Int)
        /// Its outcome is on its way to the log.
        case recording(attempt: Int, at: Int?)
    }

    struct Instance {
        /// The writer's number, another one after each crash.
        var writer: Int
        /// The log as far as it was read; nil before the first.
        var read: Int?
        var intentReadAt: Int?
        var course: RequestCourse
        var activity = Activity.idle
    }

    /// A request at the console, or on the way to it.
    struct Post: Hashable {
        enum Fate: Hashable {
            case onItsWay
            case carriedOut(isListed: Bool)
            case lost
        }

        let attempt: Int
        let begun: Int
        var fate = Fate.onItsWay

        var wasCarriedOut: Bool { if case .carriedOut = fate { true } else { false } }
    }

    struct Flight: Hashable {
        let fact: Int
        let writer: Int
    }

    var time = 0
    var log: Int
    var flights: [Flight] = []
    var instances: [Instance]
    var posts: [Post] = []
    var isHalted = false
    var writers: Int
    /// Whether one of the instances has done anything yet.
    var hasBegun = false

    var proofs: Int
    var crashes: Int
    var halts: Int
    var decisions: Int
    var denials: Int
    var approvals: Int
    /// The facts of others that have come to the log.
    var others = 0
    var refusedLooks: Int
    var copies: Int

    /// The writer of what people decide.
    static let person = 99
    /// The writer of another request.
    static let stranger = 98
    static let id = "r"
    static let otherID = "s"
    static let machine = "m1"
    static let user = "riposte@northwind.example"
    static let start = CourseStory.start
    private static let tick = Duration.seconds(1000)
    private static let beginning = ContinuousClock.now

    init(_ setting: ModelSetting, log: Int, rules: ExecutionRules) {
        self.log = log
        instances = (0..<setting.instances).map { Instance(writer: $0, read: log, course: RequestCourse(rules: rules)) }
        writers = setting.instances
        (crashes, halts, decisions) = (setting.crashes, setting.halts, setting.decisions)
        (denials, approvals) = (setting.denials, setting.approvals)
        proofs = setting.proofs
        (refusedLooks, copies) = (setting.refusedLooks, setting.copies)
    }

    static func instant(_ time: Int) -> ContinuousClock.Instant { beginning + tick * time }
    static func wall(_ time: Int) -> Timestamp { start + tick * time }
    var now: ContinuousClock.Instant { Self.instant(time) }

    /// What is the same for whatever comes after: two worlds with one projection go on alike. Of times, only what is left
    /// of a span counts.
    ///
    /// Of the log, what it means counts, and not how it has come to mean that: facts that are void change nothing.
    func projection(_ setting: ModelSetting, _ tree: LogTree) -> Int {
        var hasher = Hasher()
        hasher.combine(setting.notAfter.map { max(0, $0 - time) })
        hasher.combine(tree.nodes[log].meaning)
        // Any of them may come to the log next.
        hasher.combine(Set(flights))
        for post in posts {
            hasher.combine(post.attempt)
            hasher.combine(post.fate)
            hasher.combine(max(0, post.begun + setting.flight - time))
        }
        hasher.combine(isHalted)
        hasher.combine(hasBegun)
        for number in [writers, proofs, crashes, halts, decisions, denials, approvals, others, refusedLooks, copies] {
            hasher.combine(number)
        }
        for instance in instances {
            hasher.combine(instance.writer)
            hasher.combine(instance.read.map { tree.nodes[$0].meaning })
            hasher.combine(tree.hasIntent(log, beyond: instance.read))
            hasher.combine(instance.intentReadAt.map { max(0, $0 + setting.window - time) })
            hasher.combine(instance.activity.at(time) { tree.prefix(of: log, depth: $0).judgement == .allowed })
            instance.course.project(into: &hasher, at: now)
        }
        return hasher.finalize()
    }
}

extension ModelWorld.Activity {
    /// The same, begun in this tick or before it: whoever comes to the gate later than that is too late.
    /// Of a place in the log, only whether what stands there counts.
    fileprivate func at(_ time: Int, _ isAllowed: (Int) -> Bool) -> Self {
        func verdict(_ place: Int?) -> Int? { place.map { isAllowed($0) ? 1 : 0 } }
        return switch self {
        case .appending(let kind, let place): .appending(kind: kind, at: verdict(place))
        case .intending(let attempt, let begun, let place):
            .intending(attempt: attempt, begun: begun == time ? 1 : 0, at: verdict(place))
        case .beforeGate(let attempt, let begun): .beforeGate(attempt: attempt, begun: begun == time ? 1 : 0)
        case .recording(let attempt, let place): .recording(attempt: attempt, at: verdict(place))
        case .idle, .posting: self
        }
    }
}

extension RequestCourse {
    /// Of its waits only whether they are over: how long they are is left to chance, but never as long as a tick.
    fileprivate func project(into hasher: inout Hasher, at now: ContinuousClock.Instant) {
        hasher.combine(sending)
        hasher.combine(sent)
        hasher.combine(notBefore.map { $0 > now } ?? false)
        hasher.combine(noRoom.map { $0.until > now } ?? false)
        hasher.combine(unsendable)
        hasher.combine(obstacle?.needsPerson)
        hasher.combine(obstacle.map { max(.zero, now.duration(to: $0.since + rules.patience)) })
        guard let search else { return }
        hasher.combine(search.attempt)
        // More looks than two do not tell more, and the pause is never longer than a tick.
        hasher.combine(min(search.looks, 2))
        hasher.combine(min(search.absences, 2))
        hasher.combine(search.found?.remediationID)
        hasher.combine(search.isSeenByEffect)
        hasher.combine(search.next.map { $0 > now } ?? false)
    }
}
