internal import Kafka
public import Testing

/// Gives each test its Kafka, which it finds in `KafkaTrait.current`.
public struct KafkaTrait: TestTrait, SuiteTrait, TestScoping {
    /// Which Kafka.
    public enum Kind: Sendable {
        /// The broker of `KAFKA_BOOTSTRAP_SERVERS` if it is set, else a mock cluster.
        case environment
        /// A mock cluster of so many brokers, in any case.
        case mock(brokers: Int)
    }

    @TaskLocal private static var fixture: KafkaFixture?

    private let kind: Kind

    init(_ kind: Kind) {
        self.kind = kind
    }

    /// One Kafka for each test, also of a suite.
    public var isRecursive: Bool { true }

    /// The Kafka of the test that is running.
    ///
    /// - Throws: `DidNotHappen` outside of a test with this trait.
    public static var current: KafkaFixture {
        get throws {
            guard let fixture else { throw DidNotHappen(description: "the test has no trait .kafka or .mockKafka") }
            return fixture
        }
    }

    /// Runs a test with its Kafka.
    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let fixture =
            switch kind {
            case .environment: try KafkaFixture.fromEnvironment()
            case .mock(let brokers): try KafkaFixture.mock(brokers: brokers)
            }
        try await Self.$fixture.withValue(fixture) { try await function() }
    }
}

extension Trait where Self == KafkaTrait {
    /// A Kafka: the real one that the environment names, or a mock cluster.
    public static var kafka: Self { KafkaTrait(.environment) }
    /// A mock cluster, for what only that can do.
    public static var mockKafka: Self { KafkaTrait(.mock(brokers: 1)) }
    /// A mock cluster of several brokers.
    public static func mockKafka(brokers: Int) -> Self { KafkaTrait(.mock(brokers: brokers)) }
}
