import Kafka
import TestSupport
import Testing

@Suite(.mockKafka, .timeLimit(.minutes(2))) struct FollowerFaultTests {
    @Test("while Kafka is away nothing is fresh; it reconnects by itself and goes on") func brokerAway() async throws {
        let kafka = try KafkaTrait.current
        let mock = try #require(kafka.mock)
        let topic = try await kafka.createTopic("away")
        let configuration = try kafka.configuration(["reconnect.backoff.max.ms": "200"])
        let producer = try KafkaProducer(configuration)
        let follower = try KafkaFollower(configuration, group: "f", topic: topic, queryInterval: .milliseconds(50))
        let seen = Collector<KafkaRecord>()
        let run = Task { try await follower.run { seen.append($0) } }
        try await eventually("it is fresh") { follower.isFresh(within: .milliseconds(500)) }
        mock.takeDown()
        try await eventually("it is not fresh any more") { !follower.isFresh(within: .milliseconds(500)) }
        mock.bringUp()
        try await producer.send([OutgoingRecord(topic: topic, key: [1], value: [2])])
        try await follower.waitUntil(partition: 0, offset: 0, within: .seconds(60))
        try await eventually("it is fresh again") { follower.isFresh(within: .milliseconds(500)) }
        #expect(seen.count == 1)
        await follower.stop()
        try await run.value
        await producer.close()
    }

    @Test("begun while Kafka is away, it waits until it is there") func beginsAway() async throws {
        let kafka = try KafkaTrait.current
        let mock = try #require(kafka.mock)
        let topic = try await kafka.createTopic("begins", partitions: 2)
        mock.takeDown()
        let observed = Collector<KafkaError>()
        let follower = try KafkaFollower(
            kafka.configuration(["reconnect.backoff.max.ms": "200"]), group: "f", topic: topic,
            observer: KafkaObserver(onError: { observed.append($0) }))
        let run = Task { try await follower.run { _ in } }
        try await eventually("it has tried") { observed.count > 0 }
        mock.bringUp()
        try await follower.caughtUp()
        #expect(follower.positions == [0: 0, 1: 0])
        await follower.stop()
        try await run.value
    }

    @Test("stopped while Kafka is away, it ends in time") func stopsAway() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("stops")
        let follower = try KafkaFollower(kafka.configuration, group: "f", topic: topic)
        let run = Task { try await follower.run { _ in } }
        try await follower.caughtUp()
        try #require(kafka.mock).takeDown()
        await follower.stop(within: .seconds(5))
        try await run.value
    }

    @Test("errors of fetches and of offset questions are survived") func fetchErrors() async throws {
        let kafka = try KafkaTrait.current
        let mock = try #require(kafka.mock)
        let topic = try await kafka.createTopic("fetch")
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.send((0..<10).map { OutgoingRecord(topic: topic, key: [$0], value: [$0]) })
        mock.push([.notLeader, .unknownTopicOrPartition, .transport], into: .fetch)
        mock.push([.notLeader, .leaderNotAvailable], into: .listOffsets)
        let seen = Collector<KafkaRecord>()
        try await KafkaReader.read(kafka.configuration, group: "r", topic: topic) { seen.append($0) }
        #expect(seen.items.map(\.key) == (0..<10).map { [$0] })
        await producer.close()
    }

    @Test("a leader that moves to another broker is followed", .mockKafka(brokers: 2)) func leaderMoves() async throws {
        let kafka = try KafkaTrait.current
        let mock = try #require(kafka.mock)
        let topic = kafka.unique("moves")
        try mock.createTopic(topic, partitions: 1, replicas: 2)
        let producer = try KafkaProducer(kafka.configuration, linger: .zero)
        mock.setLeader(1, topic: topic, partition: 0)
        let follower = try KafkaFollower(
            kafka.configuration, group: "f", topic: topic, queryInterval: .milliseconds(100))
        let run = Task { try await follower.run { _ in } }
        for (round, leader) in [Int32(1), 2, 1].enumerated() {
            mock.setLeader(leader, topic: topic, partition: 0)
            try await producer.send([OutgoingRecord(topic: topic, partition: 0, key: [1], value: [2])])
            try await follower.waitUntil(partition: 0, offset: Int64(round), within: .seconds(60))
            try await eventually("it is fresh") { follower.isFresh(within: .milliseconds(500)) }
        }
        await follower.stop()
        try await run.value
        await producer.close()
    }
}
