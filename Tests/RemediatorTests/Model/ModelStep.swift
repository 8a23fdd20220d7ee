import Model

/// One thing that can happen next.
enum ModelStep: Hashable, CustomStringConvertible {
    case tick
    /// A fact comes to the log; perhaps twice.
    case land(Int, isCopied: Bool)
    /// An instance reads the log to its end.
    case read(Int)
    /// An instance does what its course says; a look at the console may be refused an answer.
    case act(Int, isRefused: Bool)
    case passGate(Int)
    /// The console carries out what has come to it, and lists it, at once or later.
    case carryOut(Int, isListed: Bool)
    /// An instance is answered.
    case answer(Int)
    /// An instance learns that nobody knows what became of it.
    case loseAnswer(Int)
    /// An instance is refused in the console's words, and the console has not done it.
    case refuse(Int)
    /// An instance's request has provably not reached the console.
    case fail(Int)
    case crash(Int)
    case halt
    case resume
    case decide(DecisionVerb)
    /// Another request uses up the room under the cap, if there is so much.
    case spend
    /// It turns out not to have been sent.
    case refund

    var description: String {
        switch self {
        case .tick: "a tick"
        case .land(let flight, let isCopied): "fact \(flight) on its way comes to the log" + (isCopied ? ", twice" : "")
        case .read(let number): "\(Self.name(number)) reads the log"
        case .act(let number, let isRefused):
            "\(Self.name(number)) goes on" + (isRefused ? ", its look is refused" : "")
        case .passGate(let number): "\(Self.name(number)) comes to the gate"
        case .carryOut(let post, let isListed): "request \(post) is carried out" + (isListed ? "" : ", not yet listed")
        case .answer(let number): "\(Self.name(number)) is answered"
        case .loseAnswer(let number): "\(Self.name(number)) gets no answer"
        case .refuse(let number): "\(Self.name(number)) is refused by the console"
        case .fail(let number): "\(Self.name(number)) does not get through"
        case .crash(let number): "\(Self.name(number)) dies and begins anew"
        case .halt: "remediation is halted"
        case .resume: "remediation is allowed"
        case .decide(let verb): "a person decides \(verb.rawValue)"
        case .spend: "others are sent"
        case .refund: "others were not sent after all"
        }
    }

    private static func name(_ number: Int) -> String { number == 0 ? "Anna" : "Ben" }
}
