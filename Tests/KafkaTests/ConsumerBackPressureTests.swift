import Kafka
import Synchronization
import TestSupport
import Testing

@Suite(.kafka, .timeLimit(.minutes(2))) struct ConsumerBackPressureTests {
    /// Nobody leaves the group in these, so a busy machine may take its time for the heartbeats.
    private let patient = ["session.timeout.ms": "30000"]

    @Test("no more than the limit is in flight; the rest comes as records are completed") func limit() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current, partitions: 3, settings: patient)
        try await fixture.fill(0..<1_000, partitions: 3)
        let handler = RecordingHandler(completesAtOnce: false)
        let consumer = try fixture.consumer(handler, limits: .init(maxInFlight: 50))
        try await fixture.running(consumer) {
            try await eventually("all partitions are paused") { consumer.status.paused.count == 3 }
            #expect(consumer.status.inFlight == 50)
            #expect(handler.heldCount == 50)
            var most = 0
            while handler.records.count < 1_000 {
                try await eventually("more came") { handler.heldCount > 0 || handler.records.count == 1_000 }
                most = max(most, consumer.status.inFlight)
                handler.complete()
            }
            #expect(most <= 50)
        }
        #expect(Set(handler.values).count == 1_000)
        #expect(handler.records.count == 1_000)
        for partition: Int32 in 0..<3 {
            let offsets = handler.records.items.filter { $0.partition == partition }.map(\.offset)
            #expect(offsets == offsets.sorted())
        }
        await fixture.producer.close()
    }

    @Test("bytes are limited like records") func bytes() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current, settings: patient)
        try await fixture.fill(0..<50, size: 10_000)
        let handler = RecordingHandler(completesAtOnce: false)
        let consumer = try fixture.consumer(handler, limits: .init(maxInFlightBytes: 100_000))
        try await fixture.running(consumer) {
            try await eventually("it is paused") { consumer.status.paused.count == 1 }
            #expect(handler.heldCount <= 11)
            handler.completeFromNowOn()
            try await eventually("all are read") { handler.records.count == 50 }
        }
        await fixture.producer.close()
    }

    @Test("one stuck record holds up its own partition only, and not for ever more records") func spread() async throws
    {
        let fixture = try await ConsumerFixture(try KafkaTrait.current, partitions: 2, settings: patient)
        try await fixture.fill(0..<4_000, partitions: 2)
        let handler = RecordingHandler(completesAtOnce: false)
        let consumer = try fixture.consumer(handler, limits: .init(maxInFlight: 100, maxSpread: 200, maxBatch: 50))
        try await fixture.running(consumer) {
            try await eventually("the other partition is through") {
                handler.complete { $0.partition == 1 || $0.offset != 0 }
                return handler.records.items.count { $0.partition == 1 } == 2_000
            }
            try await eventually("its own is paused") {
                handler.complete { $0.partition == 1 || $0.offset != 0 }
                return consumer.status.paused == [TopicPartition(topic: fixture.topic, partition: 0)]
            }
            #expect(handler.records.items.count { $0.partition == 0 } < 1_000)
            handler.completeFromNowOn()
            try await eventually("all are read") { handler.records.count == 4_000 }
        }
        await fixture.producer.close()
    }

    @Test("paused for longer than the group's time-outs, it keeps its membership and loses nothing")
    func longPause() async throws {
        let fixture = try await ConsumerFixture(
            try KafkaTrait.current, settings: ["max.poll.interval.ms": "6000", "session.timeout.ms": "6000"])
        try await fixture.fill(0..<300)
        let handler = RecordingHandler()
        let observed = Collector<KafkaError>()
        let consumer = try fixture.consumer(
            handler, limits: .init(maxInFlight: 50), observer: KafkaObserver(onError: { observed.append($0) }))
        consumer.pause()
        try await fixture.running(consumer) {
            try await eventually("it is paused") { consumer.status.paused.count == 1 }
            #expect(handler.records.count == 0)
            let end = ContinuousClock.now + .seconds(8)
            try await eventually("8 s are over") {
                #expect(consumer.status.sinceLastPoll ?? .seconds(99) < .seconds(6))
                return ContinuousClock.now > end
            }
            consumer.resume()
            try await eventually("all are read") { handler.records.count == 300 }
            #expect(consumer.status.rebalances == 1)
        }
        #expect(handler.values == (0..<300).map { "\($0)" })
        #expect(!observed.items.contains { $0.code == .pollExceeded })
        await fixture.producer.close()
    }

    @Test("a handler that awaits for longer than max.poll.interval.ms keeps its membership") func slowHandler()
        async throws
    {
        let fixture = try await ConsumerFixture(
            try KafkaTrait.current, settings: ["max.poll.interval.ms": "6000", "session.timeout.ms": "6000"])
        try await fixture.fill(0..<3)
        let isSlow = Atomic(true)
        let slowly: @Sendable () async -> Void = {
            if isSlow.exchange(false, ordering: .relaxed) { try? await Task.sleep(for: .seconds(8)) }
        }
        let handler = RecordingHandler(onReceived: slowly)
        let consumer = try fixture.consumer(handler)
        try await fixture.running(consumer) {
            try await eventually("all are read") { handler.records.count == 3 }
            try await eventually("it is committed") { consumer.status.commits > 0 }
            #expect(consumer.status.rebalances == 1)
        }
        #expect(handler.values == ["0", "1", "2"])
        await fixture.producer.close()
    }
}
