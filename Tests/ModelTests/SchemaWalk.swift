/// Compares the keys of an encoded message with its schema, through every reference and at every depth.
struct SchemaWalk {
    /// Which keys a message is expected to have: all that its schema knows, or only those that must be there.
    enum Keys { case all, required }

    let keys: Keys

    /// A place in a schema file.
    struct Place {
        let file: String
        let node: JSONTree
    }

    /// Every difference, as a sentence with its path; none if message and schema agree.
    func differences(_ value: JSONTree, _ file: String) throws -> [String] {
        try differences(value, Place(file: file, node: RepositoryFile.contract(file)), "$")
    }

    private func differences(_ value: JSONTree, _ place: Place, _ path: String) throws -> [String] {
        let place = try resolve(place)
        switch value {
        case .object(let members):
            guard let properties = place.node["properties"] else { return try map(members, place, path) }
            return try compare(members, properties, place, path)
        case .array(let elements):
            guard let items = place.node["items"] else { return ["\(path): the schema has no items"] }
            guard !elements.isEmpty || keys == .required else { return ["\(path): the sample is empty"] }
            return try elements.enumerated().flatMap { index, element in
                try differences(element, Place(file: place.file, node: items), "\(path)[\(index)]")
            }
        default:
            return []
        }
    }

    private func compare(
        _ members: [String: JSONTree], _ properties: JSONTree, _ place: Place, _ path: String
    ) throws -> [String] {
        let expected =
            switch keys {
            case .all: Set(properties.members.keys)
            case .required: Set(place.node["required"]?.elements.compactMap(\.text) ?? [])
            }
        var found = expected.subtracting(members.keys).sorted().map { "\(path).\($0): the message lacks it" }
        found += Set(members.keys).subtracting(expected).sorted().map { "\(path).\($0): the schema lacks it" }
        for (key, value) in members {
            guard let node = properties[key] else { continue }
            found += try differences(value, Place(file: place.file, node: node), "\(path).\(key)")
        }
        return found
    }

    /// An object with keys of the sender's choice.
    private func map(_ members: [String: JSONTree], _ place: Place, _ path: String) throws -> [String] {
        guard let values = place.node["additionalProperties"] else { return ["\(path): the schema has no properties"] }
        return try members.flatMap { key, value in
            try differences(value, Place(file: place.file, node: values), "\(path)[\(key)]")
        }
    }

    private func resolve(_ place: Place) throws -> Place {
        guard let reference = place.node["$ref"]?.text else { return place }
        let parts = reference.split(separator: "#", omittingEmptySubsequences: false)
        let file = parts[0].isEmpty ? place.file : String(parts[0])
        let root = try RepositoryFile.contract(file)
        guard let node = root.at(parts.count > 1 ? parts[1] : "") else {
            throw RepositoryFile.Unreadable(path: "\(place.file): \(reference)")
        }
        return try resolve(Place(file: file, node: node))
    }
}
