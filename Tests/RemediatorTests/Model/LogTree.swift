import JSON
import Model

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
        var children: [Int: Int] = [:]
    }

    private(set) var nodes: [Node] = []
    private(set) var facts: [LedgerFact] = []
    private var names: [Name: Int] = [:]

    /// The number of a fact, which is the same for the same.
    func number(of fact: LedgerFact, _ name: Name) -> Int {
        if let known = names[name] { return known }
        facts.append(fact)
        names[name] = facts.count - 1
        return facts.count - 1
    }

    /// The log that has nothing but this.
    func begin(with fact: LedgerFact, request id: String) -> Int { add(fact, number: -1, to: nil, id) }

    /// A log and a fact more.
    func appending(_ fact: Int, to log: Int, request id: String) -> Int {
        if let known = nodes[log].children[fact] { return known }
        let node = add(facts[fact], number: fact, to: log, id)
        nodes[log].children[fact] = node
        return node
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
        nodes.append(
            Node(
                parent: parent ?? -1, depth: parent.map { nodes[$0].depth + 1 } ?? 0, fact: number,
                judgement: judgement, ledger: ledger, request: request))
        return nodes.count - 1
    }
}
