import JSON
import Model
import Testing

/// The JSON Schemas say of every message what the Swift types do, no more and no less.
@Suite struct SchemaTests {
    @Test("A message with every field filled has exactly the properties of its schema, at every depth")
    func properties() throws {
        struct Properties: Samples.Visitor {
            func visit<Message: Event & Equatable>(_ pair: Samples.Pair<Message>) throws {
                let tree = try JSONTree(pair.filled.json())
                #expect(try SchemaWalk(keys: .all).differences(tree, "\(pair.name).schema.json") == [])
            }
        }
        try Samples.all(Properties())
    }

    @Test("A message with nothing but what it must have has exactly the required properties, at every depth")
    func required() throws {
        struct Required: Samples.Visitor {
            func visit<Message: Event & Equatable>(_ pair: Samples.Pair<Message>) throws {
                let tree = try JSONTree(pair.minimal.json())
                #expect(try SchemaWalk(keys: .required).differences(tree, "\(pair.name).schema.json") == [])
            }
        }
        try Samples.all(Required())
    }

    @Test("Leaving out any one of the required properties makes a message unreadable")
    func requiredByTheReader() throws {
        struct Reader: Samples.Visitor {
            func visit<Message: Event & Equatable>(_ pair: Samples.Pair<Message>) throws {
                let schema = try RepositoryFile.contract("\(pair.name).schema.json")
                let tree = try JSONTree(pair.filled.json())
                for property in tree.members.keys {
                    let isRequired = schema["required"]?.elements.contains(.string(property)) == true
                    let rest = JSONTree.object(tree.members.filter { $0.key != property })
                    #expect(((try? Message(json: rest.bytes)) == nil) == isRequired, "\(pair.name).\(property)")
                }
            }
        }
        try Samples.all(Reader())
    }

    @Test("Closed vocabularies have the words that Swift knows, in the same order")
    func vocabularies() throws {
        func check(_ file: String, _ pointer: String, _ words: [String]) throws {
            let place = try #require(RepositoryFile.contract(file).at(pointer), "\(file)\(pointer)")
            #expect(place["enum"]?.elements.compactMap(\.text) == words, "\(file)\(pointer)")
        }
        let common = "common.schema.json"
        try check(common, "/$defs/indicatorType", IndicatorType.allCases.map(\.rawValue))
        try check(common, "/$defs/verdict", Verdict.allCases.map(\.rawValue))
        try check(common, "/$defs/requestState", RequestState.allCases.map(\.rawValue))
        try check(common, "/$defs/endState", RequestState.allCases.filter(\.isEnd).map(\.rawValue))
        try check(common, "/$defs/actionState", ActionState.allCases.map(\.rawValue))
        try check(common, "/$defs/responseMode", ResponseMode.allCases.map(\.rawValue))
        // A sender may say null, too.
        try check("remediation-request.schema.json", "/properties/mode", ResponseMode.allCases.map(\.rawValue))
        try check("detection.schema.json", "/$defs/itemKind", ItemKind.allCases.map(\.rawValue))
        try check("remediation-decision.schema.json", "/properties/decision", DecisionVerb.allCases.map(\.rawValue))
        try check("remediation-result.schema.json", "/properties/verification", Verification.allCases.map(\.rawValue))
        try check("ledger-fact.schema.json", "/properties/fact", FactKind.allCases.map(\.rawValue))
    }

    @Test("The platform's own words are open, with the documented ones as examples")
    func openVocabularies() throws {
        let common = try RepositoryFile.contract("common.schema.json")
        let actionType = try #require(common.at("/$defs/actionType"))
        #expect(actionType["examples"]?.elements.compactMap(\.text) == ActionType.documented.map(\.rawValue))
        let reason = try #require(common.at("/$defs/reason"))
        let codes = Set(Reason.table.map(\.reason.rawValue))
        #expect(codes.isSuperset(of: reason["examples"]?.elements.compactMap(\.text) ?? [""]))
        for open in [actionType, reason] {
            #expect(open["type"]?.text == "string")
            #expect(open["enum"] == nil)
        }
    }

    @Test("The schema version is the one that this release understands")
    func version() throws {
        let common = try RepositoryFile.contract("common.schema.json")
        #expect(common.at("/$defs/schemaVersion/const")?.scalar == "\(supportedSchemaVersion)")
    }

    @Test("Every property of every schema is described, itself or by what it refers to")
    func descriptions() throws {
        for topic in Topics.all {
            let file = "\(topic.message).schema.json"
            let schema = try RepositoryFile.contract(file)
            for (name, property) in schema["properties"]?.members ?? [:] {
                #expect(property["description"] != nil || property["$ref"] != nil, "\(file): \(name)")
            }
        }
    }
}
