import Cybereason
import Model
import Synchronization
import TestSupport

@testable import Enricher

/// A source of reputations that a test answers for. It keeps what it was asked.
final class FakeSource: ReputationSource {
    typealias Answer = @Sendable ([Indicator]) -> [Indicator: ClassificationResult]

    private let answer: Mutex<Answer>
    private let asked = Collector<[Indicator]>()
    private let gate: Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>

    /// - Parameter isOpen: Whether it answers at once; if not, requests wait for ``open()``.
    init(isOpen: Bool = true, _ answer: @escaping Answer = FakeSource.all("malware")) {
        self.answer = Mutex(answer)
        gate = Mutex((isOpen, []))
    }

    /// Every request, in order.
    var requests: [[Indicator]] { asked.items }

    func set(_ answer: @escaping Answer) { self.answer.withLock { $0 = answer } }

    /// Lets all requests be answered.
    func open() {
        let waiting = gate.withLock { gate in
            defer { gate = (true, []) }
            return gate.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func canClassify(_ indicator: Indicator) -> Bool { Cybereason.Indicator(indicator) != nil }

    func classify(_ indicators: [Indicator]) async -> [Indicator: ClassificationResult] {
        asked.append(indicators)
        await withCheckedContinuation { continuation in
            let isOpen = gate.withLock { gate in
                if !gate.isOpen { gate.waiting.append(continuation) }
                return gate.isOpen
            }
            if isOpen { continuation.resume() }
        }
        return answer.withLock { $0 }(indicators)
    }

    /// The same word for everything.
    static func all(_ type: String, ttl: Duration = .seconds(3600)) -> Answer {
        { indicators in
            Dictionary(uniqueKeysWithValues: indicators.map { ($0, .classified(.init(type: type, timeToLive: ttl))) })
        }
    }

    /// An error in place of every answer.
    static func failure(_ kind: ConsoleError.Kind = .unavailable, _ detail: String = "HTTP 503") -> Answer {
        { indicators in
            Dictionary(uniqueKeysWithValues: indicators.map { ($0, .failed(ConsoleError(kind, detail))) })
        }
    }
}
