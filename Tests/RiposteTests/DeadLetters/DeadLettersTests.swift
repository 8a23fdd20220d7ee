import FoundationEssentials
import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Riposte

/// `riposte dead-letters`: on the mock, and on a real broker where the environment names one.
@Suite(.kafka, .timeLimit(.minutes(3))) struct DeadLettersTests {
    private static func office(_ deployment: Deployment, _ service: String = "remediator") -> DeadLetterOffice {
        DeadLetterOffice(
            publisher: deployment.publisher, service: service, logger: Logger(label: "test", sink: .none),
            metrics: Metrics())
    }

    private func bury(
        _ deployment: Deployment, _ record: KafkaRecord, _ reason: Reason = .wrongSchema,
        service: String = "remediator"
    ) async throws {
        try await Self.office(deployment, service).bury(record, because: Unusable(reason, "no good: \(reason)"))
    }

    private func name(_ topic: TopicPlan, _ deployment: Deployment) -> String {
        deployment.settings.prefix + topic.name
    }

    /// Every record of a topic.
    private func records<Message>(_ deployment: Deployment, _ topic: Topic<Message>) async throws -> [KafkaRecord] {
        let found = Collector<KafkaRecord>()
        try await KafkaReader.read(
            deployment.settings.kafka, group: "test", topic: deployment.connection.name(of: topic)
        ) { found.append($0) }
        return found.items.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
    }

    /// Sends bytes to the requests and gives the record that they became.
    private func request(
        _ deployment: Deployment, _ value: [UInt8]?, key: String? = "k", headers: [KafkaHeader] = []
    ) async throws -> KafkaRecord {
        let before = Set(try await records(deployment, Topics.requests).map(\.position))
        try await deployment.send(raw: value, key: key, headers: headers, to: Topics.requests)
        return try #require(try await records(deployment, Topics.requests).first { !before.contains($0.position) })
    }

    private func place(_ record: KafkaRecord) -> String { "\(LetterPlace(record.origin))" }

    // MARK: - list and show

    @Test("list shows each letter once, the newest last, and of many the newest; --json all that it says") func list()
        async throws
    {
        let deployment = try await Deployment()
        let (requests, detections) = (
            name(Topics.requests.description, deployment), name(Topics.detections.description, deployment)
        )
        let first = KafkaRecord(topic: requests, partition: 1, offset: 5, key: nil, value: Array("{}".utf8))
        let second = KafkaRecord(topic: detections, partition: 0, offset: 2, key: nil, value: Array("[".utf8))
        try await bury(deployment, first)
        try await bury(deployment, first)
        try await Task.sleep(for: .milliseconds(5))
        try await bury(deployment, second, .notJSON, service: "enricher")
        let run = CommandRun(deployment)
        #expect(await run.run("dead-letters", "list") == .done)
        #expect(run.lines.map { $0.split(separator: " ").first ?? "" } == ["\(requests)/1/5", "\(detections)/0/2"])
        #expect(run.lines.last?.contains("enricher    not-json") == true)
        let newest = CommandRun(deployment)
        #expect(await newest.run("dead-letters", "list", "--limit", "1") == .done)
        #expect(newest.lines.count == 1 && newest.lines[0].hasPrefix(detections))
        #expect(newest.errors.contains("the newest 1 of 2"))
        let json = CommandRun(deployment)
        #expect(await json.run("dead-letters", "list", "--json", "--topic", "remediation.requests") == .done)
        let letters = try json.lines.map { try DeadLetter(json: Array($0.utf8)) }
        #expect(letters.map(\.origin.offset) == [5] && letters.first?.value != nil)
        let none = CommandRun(deployment)
        #expect(await none.run("dead-letters", "list", "--reason", "too-large") == .done)
        #expect(none.output.isEmpty)
    }

    @Test("show has everything of one record, and ends with 1 where there is none") func show() async throws {
        let deployment = try await Deployment()
        let topic = name(Topics.requests.description, deployment)
        try await bury(
            deployment, KafkaRecord(topic: topic, partition: 1, offset: 5, key: nil, value: Array("{\"a\":\n1}".utf8)))
        let run = CommandRun(deployment)
        #expect(await run.run("dead-letters", "show", "remediation.requests/1/5") == .done)
        #expect(run.output.contains("reason     wrong-schema") && run.output.hasSuffix("{\"a\":\n1}\n"))
        let json = CommandRun(deployment)
        #expect(await json.run("dead-letters", "show", "--json", "\(topic)/1/5") == .done)
        #expect(try DeadLetter(json: Array(json.output.utf8)).origin.offset == 5)
        let none = CommandRun(deployment)
        #expect(await none.run("dead-letters", "show", "\(topic)/1/6") == .failed)
        #expect(none.errors.contains("no dead letter of \(topic)/1/6") && none.output.isEmpty)
    }

    // MARK: - replay

    @Test("replay puts the same key, bytes and headers into the same partition, with the place of the first")
    func
        replay() async throws
    {
        let deployment = try await Deployment()
        let all = Array(UInt8.min...UInt8.max)
        let record = try await request(deployment, all, headers: [KafkaHeader(name: "h", value: all)])
        try await bury(deployment, record, .notJSON)
        let dry = CommandRun(deployment)
        #expect(await dry.run("dead-letters", "replay", "--all", "--dry-run") == .done)
        #expect(dry.lines == ["would replay \(place(record)) (not-json, 256 bytes)", "1 would be replayed"])
        #expect(try await records(deployment, Topics.requests).count == 1)
        let run = CommandRun(deployment)
        #expect(await run.run("dead-letters", "replay", place(record)) == .done, "\(run.errors)")
        let copy = try #require(try await records(deployment, Topics.requests).first { $0.offset > record.offset })
        #expect(run.lines == ["replayed \(place(record)) as \(place(copy))", "1 replayed"])
        #expect(copy.key == record.key && copy.value == record.value && copy.partition == record.partition)
        #expect(copy.headers.first == record.headers.first && copy.headers.count == 2)
        #expect(try copy.replayMark()?.origin == record.origin)
        var source = record.origin
        source.replayOffset = copy.offset
        #expect(copy.source == source)
    }

    @Test("what is still unusable is a dead letter under its new place, and a replay of it is one of the first")
    func
        again() async throws
    {
        let deployment = try await Deployment()
        let first = try await request(deployment, Array("[".utf8))
        try await bury(deployment, first, .notJSON)
        #expect(await CommandRun(deployment).run("dead-letters", "replay", "--reason", "not-json") == .done)
        let second = try #require(try await records(deployment, Topics.requests).last)
        try await bury(deployment, second, .notJSON)
        let letters = try await deployment.events(of: Topics.deadLetters)
        #expect(Set(letters.map(\.origin.offset)) == [first.offset, second.offset])
        #expect(letters.last { $0.origin.offset == second.offset }?.replayOf == second.source)
        let run = CommandRun(deployment)
        #expect(await run.run("dead-letters", "replay", place(second)) == .done, "\(run.errors)")
        let third = try #require(try await records(deployment, Topics.requests).last)
        #expect(third.offset > second.offset)
        #expect(try third.replayMark() == second.replayMark())
        #expect(third.headers.count == second.headers.count)
    }

    @Test("a mark that cannot be believed is replaced by a true one") func unbelievable() async throws {
        let deployment = try await Deployment()
        let record = try await request(
            deployment, Array("{}".utf8), headers: [KafkaHeader(ReplayMark.headerName, "lies")])
        try await bury(deployment, record)
        let run = CommandRun(deployment)
        #expect(await run.run("dead-letters", "replay", place(record)) == .done, "\(run.errors)")
        let copy = try #require(try await records(deployment, Topics.requests).last)
        #expect(try copy.replayMark()?.origin == record.origin && copy.headers.count == 1)
        #expect(run.errors.contains("its sender was told that it is refused (wrong-schema)"))
    }

    @Test("what was too large for its letter is taken from its topic, whole") func large() async throws {
        let deployment = try await Deployment()
        let huge = Array(repeating: UInt8(ascii: "x"), count: 900_000)
        let record = try await request(deployment, Array("{}".utf8), headers: [KafkaHeader(name: "h", value: huge)])
        var cut = DeadLetter()
        cut.origin = record.origin
        (cut.service, cut.reason, cut.deadAt) = ("remediator", .tooLarge, .now())
        (cut.valueBytes, cut.isCut) = (2, true)
        try await deployment.publisher.publish(cut, key: place(record), to: Topics.deadLetters)
        let run = CommandRun(deployment)
        #expect(await run.run("dead-letters", "replay", place(record)) == .done, "\(run.errors)")
        let copy = try #require(try await records(deployment, Topics.requests).last)
        #expect(copy.offset > record.offset && copy.value == record.value && copy.header("h") == huge)
        // And where the origin cannot be what the letter means, or has never been:
        for offset in [record.offset + 9, 4711] {
            cut.origin.offset = offset
            try await deployment.publisher.publish(cut, key: "\(offset)", to: Topics.deadLetters)
            let missing = CommandRun(deployment)
            #expect(await missing.run("dead-letters", "replay", "\(LetterPlace(cut.origin))") == .failed)
            #expect(missing.errors.contains("its topic has been made anew"), "\(missing.errors)")
        }
    }

    @Test(
        "what its topic keeps no more is replayed from its letter, if that is wanted and the letter has it all",
        .mockKafka)
    func gone() async throws {
        let deployment = try await Deployment(partitions: 1)
        let record = try await request(deployment, Array("{\"a\":1}".utf8), headers: [KafkaHeader("h", "1")])
        try await bury(deployment, record)
        // The embedded broker keeps 5 MB a partition, compressed.
        try await eventually("the broker has dropped it") {
            try await deployment.send(
                raw: (0..<900_000).map { _ in UInt8.random(in: 0...255) }, to: Topics.requests)
            return try await records(deployment, Topics.requests).first?.offset ?? 0 > record.offset
        }
        let run = CommandRun(deployment)
        #expect(await run.run("dead-letters", "replay", place(record)) == .failed)
        #expect(run.errors.contains("its topic does not keep it any more"), "\(run.errors)")
        #expect(await run.run("dead-letters", "replay", place(record), "--unverified") == .done, "\(run.errors)")
        let copy = try #require(try await records(deployment, Topics.requests).last)
        #expect(copy.value == record.value && copy.key == record.key && copy.headers.first == record.headers.first)
        #expect(try copy.replayMark()?.origin == record.origin)
    }

    @Test("a letter that says other than its topic, of whatever part, replays nothing") func forged() async throws {
        let deployment = try await Deployment()
        let record = try await request(deployment, Array("{}".utf8), headers: [KafkaHeader("h", "1")])
        let forgeries: [(inout KafkaRecord) -> Void] = [
            { $0.value = Array("{\"actionsByMachine\":{}}".utf8) }, { $0.value = nil }, { $0.key = nil },
            { $0.key = Array("other".utf8) }, { $0.headers = [] }, { $0.headers[0].value = [7] },
            { $0.timestamp -= 1 },
        ]
        for forge in forgeries {
            var forged = record
            forge(&forged)
            try await bury(deployment, forged)
            let run = CommandRun(deployment)
            #expect(await run.run("dead-letters", "replay", place(record), "--unverified") == .failed)
            #expect(run.errors.contains("its topic has another record there"), "\(run.errors)")
        }
        #expect(try await records(deployment, Topics.requests).count == 1)
    }

    @Test("nothing is replayed where order decides, nor to topics of others, and each is said") func refused()
        async throws
    {
        let deployment = try await Deployment()
        let names = [
            Topics.ledger.description, Topics.control.description, Topics.results.description,
            Topics.reputations.description, Topics.deadLetters.description,
        ].map { name($0, deployment) }
        for topic in names + ["elsewhere"] {
            try await bury(deployment, KafkaRecord(topic: topic, partition: 0, offset: 0, key: nil, value: [0x7B]))
        }
        let run = CommandRun(deployment)
        #expect(await run.run("dead-letters", "replay", "--all") == .failed)
        #expect(run.lines == ["0 replayed, 6 not"])
        #expect(run.errors.contains("use riposte halt or resume"))
        #expect(run.errors.contains("elsewhere is no topic of this deployment"))
        let missing = CommandRun(deployment)
        #expect(await missing.run("dead-letters", "replay", "detections/0/0") == .failed)
        #expect(missing.errors.contains("there is no dead letter of it"))
    }

    @Test("where the newest of a key counts, an old record is not put over a newer one, but over its own copy")
    func
        compacted() async throws
    {
        let deployment = try await Deployment(partitions: 1)
        for (key, value) in [("a", "1"), ("b", "2"), ("a", "3")] {
            try await deployment.send(raw: Array(value.utf8), key: key, to: Topics.detections)
        }
        let all = try await records(deployment, Topics.detections)
        for record in all.prefix(2) { try await bury(deployment, record, service: "enricher") }
        for _ in 1...2 {
            let run = CommandRun(deployment)
            #expect(await run.run("dead-letters", "replay", "--service", "enricher") == .failed)
            #expect(run.lines.last == "1 replayed, 1 not", "\(run.output)\(run.errors)")
            #expect(run.errors.contains("a newer record of its key stands at offset 2"))
        }
        let values = try await records(deployment, Topics.detections).map {
            String(decoding: $0.value ?? [], as: UTF8.self)
        }
        #expect(values == ["1", "2", "3", "2", "2"])
    }

    @Test(
        "what makes no sense ends with 64",
        arguments: [
            (["replay"], "which ones?"), (["replay", "nowhere"], "is no place of a record"),
            (["replay", "a/1/2", "--all"], "give one of them"),
            (["replay", "a/1/2", "--reason", "x"], "give one of them"),
            (["list", "--since", "yesterday"], "--since: 'yesterday' is not allowed"),
            (["list", "--limit", "0"], "a whole number"), (["show"], "<ORIGIN> is missing"),
            (["show", "a/b/c"], "is no place of a record"),
        ] as [([String], String)])
    func usage(_ arguments: [String], _ words: String) async {
        let run = CommandRun(environment: ["KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"])
        #expect(await Riposte.program.run(["dead-letters"] + arguments, run.context) == .usage)
        #expect(run.errors.contains(words), "\(run.errors)")
    }
}
