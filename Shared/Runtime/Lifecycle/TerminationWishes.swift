/// What is made of each signal that asks for the end. Pure.
///
/// One wish may come as several signals within milliseconds: `timeout` signals its child and then the child's whole group,
/// a terminal signals a shell's whole job, and supervisors pass on what they get. Only what comes clearly later is a
/// second wish, of somebody who has lost patience.
struct TerminationWishes {
    /// What a signal leads to.
    enum Step: Equatable {
        /// The end begins.
        case begin
        /// It is the same wish once more.
        case ignore
        /// The end is not waited for any longer.
        case force
    }

    /// How long after the first signal others are the same wish: 1 s, in nanoseconds.
    static let sameWish: Int64 = 1_000_000_000

    private var first: Int64?

    /// Takes a signal that came at this time, in nanoseconds of a clock that never jumps.
    mutating func take(at time: Int64) -> Step {
        guard let first else {
            first = time
            return .begin
        }
        return time - first < Self.sameWish ? .ignore : .force
    }
}
