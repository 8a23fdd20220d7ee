import JSON

/// The faults of the simulator: about a fifth of everything, in equal shares.
struct FaultPlan: Sendable {
    /// One kind of fault on some paths.
    private struct Share {
        let name: String
        let kind: String
        var phase: String?
        var numbers: [(key: StaticString, value: Int64)] = []
        /// Against one of the others: what is hardest to survive strikes more often.
        var weight = 1.0
    }

    /// What `PUT /_simulator/faults` is given.
    let rules: [UInt8]

    private static let total = 0.2

    private static let sending: [Share] = [
        Share(name: "refused", kind: "refuse", phase: "before"),
        Share(name: "reset after acceptance", kind: "refuse", phase: "after"),
        Share(name: "cut before", kind: "cut", phase: "before"),
        Share(name: "cut after acceptance", kind: "cut", phase: "after", weight: 3),
        Share(name: "500 before", kind: "status", phase: "before", numbers: [("code", 500)]),
        Share(name: "503 after acceptance", kind: "status", phase: "after", numbers: [("code", 503)]),
        Share(name: "429", kind: "status", phase: "before", numbers: [("code", 429), ("retryAfterSeconds", 1)]),
        Share(name: "slow", kind: "slow", phase: "after", numbers: [("delayMs", 1500)]),
        Share(
            name: "answered too late", kind: "slow", phase: "after",
            numbers: [("delayMs", ChaosTimes.lateExecution.wholeMilliseconds)]),
        Share(
            name: "carried out after the client gave up", kind: "slow", phase: "before",
            numbers: [("delayMs", ChaosTimes.lateExecution.wholeMilliseconds)], weight: 5),
        Share(name: "HTML", kind: "html", phase: "before"),
        Share(name: "HTML after acceptance", kind: "html", phase: "after"),
        Share(name: "expired session", kind: "expiredSession"),
        Share(name: "truncated", kind: "truncated"),
    ]

    private static let asking: [Share] = [
        Share(name: "refused", kind: "refuse", phase: "before"),
        Share(name: "cut before", kind: "cut", phase: "before"),
        Share(name: "cut after", kind: "cut", phase: "after"),
        Share(name: "500", kind: "status", phase: "before", numbers: [("code", 500)]),
        Share(name: "slow", kind: "slow", phase: "after", numbers: [("delayMs", 1200)]),
        Share(name: "HTML", kind: "html", phase: "before"),
        Share(name: "expired session", kind: "expiredSession"),
        Share(name: "garbage", kind: "garbage"),
        Share(name: "truncated", kind: "truncated"),
    ]

    /// Everything but the sending itself.
    private static let askingPaths = [
        "/rest/remediate/*", "/rest/visualsearch/*", "/rest/detection/*", "/rest/crimes/*",
        "/rest/classification_v1/*", "/login*",
    ]

    init(seed: UInt64) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("rules")
            writer.array { writer in
                Self.write(Self.sending, method: "POST", path: "/rest/remediate", seed, &writer)
                for path in Self.askingPaths {
                    // One holds up everything that its client sends: a fifth of a fifth would leave no time for the rest.
                    let throttled = Share(
                        name: "429", kind: "status", phase: "before",
                        numbers: [("code", 429), ("retryAfterSeconds", 1)])
                    Self.write(throttled, method: nil, path: path, 0.004, seed, &writer)
                    Self.write(Self.asking, method: nil, path: path, seed &+ 100, &writer)
                }
            }
        }
        rules = writer.finish()
    }

    /// Rules are asked in turn, so a later one has to strike more of what is left.
    private static func write(
        _ shares: [Share], method: String?, path: String?, _ seed: UInt64, _ writer: inout JSONWriter
    ) {
        let unit = total / shares.reduce(0) { $0 + $1.weight }
        var left = 1.0
        for (index, share) in shares.enumerated() {
            write(share, method: method, path: path, unit * share.weight / left, seed &+ UInt64(index), &writer)
            left -= unit * share.weight
        }
    }

    private static func write(
        _ share: Share, method: String?, path: String?, _ probability: Double, _ seed: UInt64,
        _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.field("name", "\(path ?? "*"): \(share.name)")
            writer.field("method", method)
            writer.field("path", path)
            writer.field("probability", probability)
            writer.field("seed", Int64(seed % 1_000_000))
            writer.key("fault")
            writer.object { writer in
                writer.field("kind", share.kind)
                writer.field("phase", share.phase)
                for number in share.numbers { writer.field(number.key, number.value) }
            }
        }
    }
}
