import JSON

@testable import Model

/// Every log that a model has come to, each folded once: a log is one that was there before, and a fact more.
final class LogTree {
    /// What tells facts of one writer apart.
    struct Name: Hashable {
        let kind: FactKind
        let writer: Int
        let attempt: Int
        let reason: Reason?
        let remediation: String?
        let state: RequestState?
        let verb: DecisionVerb?
    }

    struct Node {
        let parent: Int
        let depth: Int
        let fact: Int
        let judgement: Ledger.Judgement
        let ledger: Ledger
        let request: LedgerRequest
        /// The depth of the last `INTENT` that counts; 0 for none.
        let lastIntent: Int
        /// The same for logs that mean the same.
        let meaning: Int
        var children: [Int: Int] = [:]
    }

    /// All that a log says, however it has come to say it.
    private struct Meaning: Hashable {
        var request: LedgerRequest
        /// The remediations that are known to be the request's.
        let remediations: [String]
        /// How much was sent, as the refusal of a cap of nothing tells it.
        let spent: String?

        init(_ ledger: Ledger, _ request: LedgerRequest, among ids: [String]) {
            self.request = request
            let closed = RateCaps(actionsPerHour: 0)
            spent = ledger.excess(of: request, under: closed, at: ModelWorld.start)?.words
            // Only results tell how many facts there were.
            self.request.changes = 0
            remediations = ids.filter { ledger.owner(ofRemediation: $0) != nil }
        }
    }

    private(set) var nodes: [Node] = []
    private(set) var facts: [LedgerFact] = []
    private var names: [Name: Int] = [:]
    private var meanings: [Meaning: Int] = [:]
    /// The console's ids that any fact names.
    private var remediations: [String] = []

    /// The number of a fact, which is the same for the same.
    func number(of fact: LedgerFact, _ name: Name) -> Int {
        if let known = names[name] { return known }
        facts.append(fact)
        let ids = [fact.remediationId, fact.decision?.remediationId].compactMap(\.self)
        remediations += ids.filter { !remediations.contains($0) }
        names[name] = facts.count - 1
        return facts.count - 1
    }

    /// The log that has nothing but this.
    func begin(with fact: LedgerFact, request id: String) -> Int { add(fact, number: -1, to: nil, id) }

    /// The fact that stands last in a log; nil for the one that has begun it.
    func last(of log: Int) -> LedgerFact? { nodes[log].fact < 0 ? nil : facts[nodes[log].fact] }

    /// Every log that this one was, the longest first.
    func history(of log: Int) -> some Sequence<Int> {
        sequence(first: log) { [self] in nodes[$0].parent < 0 ? nil : nodes[$0].parent }
    }

    /// A log and a fact more.
    func appending(_ fact: Int, to log: Int, request id: String) -> Int {
        if let known = nodes[log].children[fact] { return known }
        let node = add(facts[fact], number: fact, to: log, id)
        nodes[log].children[fact] = node
        return node
    }

    /// Whether somebody who has read only a beginning of a log has an `INTENT` before him that counts.
    func hasIntent(_ log: Int, beyond read: Int?) -> Bool {
        nodes[log].lastIntent > (read.map { nodes[$0].depth } ?? 0)
    }

    /// The log up to a depth.
    func prefix(of log: Int, depth: Int) -> Node {
        var node = nodes[log]
        while node.depth > depth { node = nodes[node.parent] }
        return node
    }

    private func add(_ fact: LedgerFact, number: Int, to parent: Int?, _ id: String) -> Int {
        var ledger = parent.map { nodes[$0].ledger } ?? Ledger()
        let judgement = ledger.apply(fact, logTime: ModelWorld.start)
        guard let request = ledger.requests[id] else { preconditionFailure("a log begins with its request") }
        let depth = parent.map { nodes[$0].depth + 1 } ?? 0
        let isIntent = fact.fact == .intent && fact.requestId == id && judgement.counts
        let meaning = Meaning(ledger, request, among: remediations)
        nodes.append(
            Node(
                parent: parent ?? -1, depth: depth, fact: number, judgement: judgement, ledger: ledger,
                request: request, lastIntent: isIntent ? depth : parent.map { nodes[$0].lastIntent } ?? 0,
                meaning: meanings[meaning, default: meanings.count]))
        meanings[meaning] = nodes[nodes.count - 1].meaning
        return nodes.count - 1
    }
}
