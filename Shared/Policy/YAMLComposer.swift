/// Makes a tree of libyaml's events, and notes what is refused on the way.
struct YAMLComposer: ~Copyable {
    /// The rest of the text is not looked at; why stands among the problems.
    private struct Abandoned: Error {}

    private let limits: YAMLLimits
    private let parser: YAMLParser
    private var nodes = 0
    private(set) var problems: [YAMLProblem] = []

    init(_ bytes: [UInt8], _ limits: YAMLLimits) {
        self.limits = limits
        parser = YAMLParser(bytes)
    }

    /// The only document's tree; nil if there is none.
    mutating func compose() -> YAMLNode? {
        do throws(Abandoned) {
            _ = try next()  // the stream's start
            guard case .documentStart = try next().kind else { return nil }
            let root = try node(try next(), path: "", depth: 1)
            _ = try next()  // the document's end
            let rest = try next()
            if case .streamEnd = rest.kind { return root }
            refuse(rest.line, "", "a second document; a file holds one")
            return root
        } catch {
            return nil
        }
    }

    private mutating func next() throws(Abandoned) -> YAMLEvent {
        do {
            return try parser.next()
        } catch {
            problems.append(error)
            throw Abandoned()
        }
    }

    private mutating func node(_ event: YAMLEvent, path: String, depth: Int) throws(Abandoned) -> YAMLNode {
        try count(event, path, depth)
        if event.hasAnchor { refuse(event.line, path, "anchors (&) are not allowed") }
        if event.hasTag { refuse(event.line, path, "tags (!) are not allowed") }
        switch event.kind {
        case .sequenceStart:
            return made(.sequence(try items(path: path, depth: depth)), event)
        case .mappingStart:
            return made(.mapping(try entries(path: path, depth: depth)), event)
        case .scalar(let text, let isPlain):
            return made(.scalar(text, isPlain: isPlain), event)
        default:
            refuse(event.line, path, "aliases (*) are not allowed; write the value out")
            return made(.scalar("", isPlain: true), event)
        }
    }

    private mutating func items(path: String, depth: Int) throws(Abandoned) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { return items }
            items.append(try node(event, path: "\(path)[\(items.count)]", depth: depth + 1))
        }
    }

    private mutating func entries(path: String, depth: Int) throws(Abandoned) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { return entries }
            let key = try node(event, path: path, depth: depth + 1)
            var name = "?"
            if case .scalar(let text, _) = key.content {
                name = text
            } else {
                refuse(key.line, path, "a key is plain text")
            }
            let place = path.isEmpty ? name : "\(path).\(name)"
            let value = try node(try next(), path: place, depth: depth + 1)
            if let first = lines[name] {
                refuse(key.line, place, "given twice, first on line \(first)")
            } else {
                lines[name] = key.line
                entries.append(YAMLNode.Entry(key: name, line: key.line, value: value))
            }
        }
    }

    private mutating func count(_ event: YAMLEvent, _ path: String, _ depth: Int) throws(Abandoned) {
        nodes += 1
        if depth > limits.maxDepth {
            refuse(event.line, path, "nested deeper than \(limits.maxDepth) levels")
        } else if nodes > limits.maxNodes {
            refuse(event.line, path, "more than \(limits.maxNodes) values")
        } else {
            return
        }
        throw Abandoned()
    }

    private mutating func refuse(_ line: Int, _ path: String, _ message: String) {
        problems.append(YAMLProblem(line: line, path: path, message: message))
    }

    private func made(_ content: YAMLNode.Content, _ event: YAMLEvent) -> YAMLNode {
        YAMLNode(content: content, line: event.line, column: event.column)
    }
}
