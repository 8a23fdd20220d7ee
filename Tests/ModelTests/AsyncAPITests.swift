import JSON
import Model
import Testing

/// The AsyncAPI document describes the topics that the services really use.
@Suite struct AsyncAPITests {
    /// A channel with the parts that are compared.
    private struct Channel {
        let name: String
        let tree: JSONTree

        var binding: JSONTree? { tree.at("/bindings/kafka") }
        var messages: [String] { tree["messages"].map { Array($0.members.keys) } ?? [] }
    }

    private static func document() throws -> JSONTree { try RepositoryFile.contract("asyncapi.json") }

    private static func channels() throws -> [String: Channel] {
        let all = try #require(document()["channels"]).members.map { Channel(name: $0.key, tree: $0.value) }
        return Dictionary(uniqueKeysWithValues: all.map { ($0.tree["address"]?.text ?? "", $0) })
    }

    @Test("It has a channel for every topic, and no other")
    func names() throws {
        #expect(try Set(Self.channels().keys) == Set(Topics.all.map { Topics.defaultPrefix + $0.name }))
    }

    @Test("Each channel has its topic's partitions, cleanup, retention and settings", arguments: Topics.all)
    func settings(topic: TopicPlan) throws {
        let channel = try #require(Self.channels()[Topics.defaultPrefix + topic.name])
        let partitions = topic.partitionCount(shared: Topics.defaultPartitions)
        #expect(channel.binding?["partitions"]?.scalar == "\(partitions)")
        #expect(channel.binding?["bindingVersion"]?.text == "0.5.0")
        let documented = try #require(channel.binding?["topicConfiguration"]).members.mapValues { value in
            value.scalar ?? value.elements.compactMap(\.text).joined(separator: ",")
        }
        #expect(documented == topic.configuration)
    }

    @Test("Each channel carries its topic's message, with key, headers and value", arguments: Topics.all)
    func messages(topic: TopicPlan) throws {
        let channel = try #require(Self.channels()[Topics.defaultPrefix + topic.name])
        let name = try #require(channel.messages.first)
        #expect(channel.messages.count == 1)
        let message = try #require(Self.document().at("/components/messages/\(name)"))
        #expect(message.at("/payload/schema/$ref")?.text == "./\(topic.message).schema.json")
        #expect(message.at("/headers/schema/properties/ce_type/const")?.text == "riposte.\(topic.message).v1")
        #expect(message.at("/bindings/kafka/key/description")?.text?.isEmpty == false)
    }

    @Test("The event types in the code are those of the document")
    func eventTypes() throws {
        struct Types: Samples.Visitor {
            func visit<Message: Event & Equatable>(_ pair: Samples.Pair<Message>) throws {
                #expect(Message.eventType == "riposte.\(pair.name).v1")
            }
        }
        try Samples.all(Types())
        #expect(Topics.detections.description.message == Samples.detections.name)
        #expect(Topics.enrichedDetections.description.message == Samples.enriched.name)
        #expect(Topics.reputations.description.message == Samples.reputations.name)
        #expect(Topics.requests.description.message == Samples.requests.name)
        #expect(Topics.decisions.description.message == Samples.decisions.name)
        #expect(Topics.ledger.description.message == Samples.facts.name)
        #expect(Topics.results.description.message == Samples.results.name)
        #expect(Topics.control.description.message == Samples.switches.name)
        #expect(Topics.deadLetters.description.message == Samples.deadLetters.name)
    }

    @Test("Every topic is written by someone and read by someone")
    func operations() throws {
        let operations = try #require(Self.document()["operations"]).members.values
        for channel in try Self.channels().values {
            let actions = operations.filter { $0.at("/channel/$ref")?.text == "#/channels/\(channel.name)" }
                .compactMap { $0["action"]?.text }
            #expect(Set(actions) == ["send", "receive"], "\(channel.name)")
        }
    }

    @Test("The consumer groups are those of the code")
    func groups() throws {
        let operations = try #require(Self.document()["operations"]).members.values
        let groups = operations.flatMap { $0.at("/bindings/kafka/groupId/enum")?.elements ?? [] }
        #expect(Set(groups.compactMap(\.text)) == Set(ConsumerGroup.allCases.map(\.rawValue)))
    }

    @Test("The headers that the code writes are those that the document requires, with the trace")
    func headers() throws {
        let required = try #require(RepositoryFile.contract("record-headers.schema.json")["required"])
        let written = CloudEvent(Samples.switches.filled, source: "/riposte/cli").headers.map(\.name)
        #expect(required.elements.compactMap(\.text) == written + [TraceContext.headerName])
    }

    @Test("The mark of a replayed record has a header of its own, described as it is written")
    func replayMark() throws {
        let schema = try RepositoryFile.contract("record-headers.schema.json")
        let header = try #require(schema.at("/properties/\(ReplayMark.headerName)"))
        #expect(header["maxLength"]?.scalar == "\(ReplayMark.longestValue)")
        let example = try #require(header["examples"]?.elements.first?.text)
        let mark = try ReplayMark(json: Array(example.utf8))
        #expect(mark.origin.offset == 42)
        let written = try JSONTree(mark.json())
        let described = try #require(schema.at("/$defs/replayMark"))
        #expect(Set(written.members.keys) == Set(described["properties"]?.members.keys.map { $0 } ?? []))
        #expect(Set(described["required"]?.elements.compactMap(\.text) ?? []) == Set(written.members.keys))
    }
}
