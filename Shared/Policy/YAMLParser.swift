internal import CYAML

/// One of libyaml's events, copied.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias
        case scalar(String, isPlain: Bool)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
    }

    let kind: Kind
    /// The line, from 1.
    let line: Int
    /// The column, from 1.
    let column: Int
    /// Whether the node has an anchor or an explicit tag.
    var hasAnchor = false
    var hasTag = false
}

/// libyaml's parser over bytes that it does not own.
@safe struct YAMLParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) {
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(from: bytes)
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe yaml_parser_initialize(parser)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event. Throws what libyaml finds malformed.
    func next() throws(YAMLProblem) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw unsafe Self.problem(parser.pointee) }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe Self.copy(event)
    }

    private static func problem(_ parser: yaml_parser_t) -> YAMLProblem {
        let words = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "malformed"
        let context = unsafe parser.context.map { unsafe " " + String(cString: $0) } ?? ""
        return unsafe YAMLProblem(line: parser.problem_mark.line + 1, path: "", message: "no YAML: \(words)\(context)")
    }

    private static func copy(_ event: yaml_event_t) -> YAMLEvent {
        let line = unsafe event.start_mark.line + 1
        let column = unsafe event.start_mark.column + 1
        func plain(_ kind: YAMLEvent.Kind) -> YAMLEvent { YAMLEvent(kind: kind, line: line, column: column) }
        func node(_ kind: YAMLEvent.Kind, hasAnchor: Bool, hasTag: Bool) -> YAMLEvent {
            YAMLEvent(kind: kind, line: line, column: column, hasAnchor: hasAnchor, hasTag: hasTag)
        }
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return plain(.streamStart)
        case YAML_DOCUMENT_START_EVENT: return plain(.documentStart)
        case YAML_DOCUMENT_END_EVENT: return plain(.documentEnd)
        case YAML_ALIAS_EVENT: return plain(.alias)
        case YAML_SCALAR_EVENT:
            let data = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: data.value, count: data.length)
            let kind = unsafe YAMLEvent.Kind.scalar(
                String(decoding: bytes, as: UTF8.self), isPlain: data.style == YAML_PLAIN_SCALAR_STYLE)
            return unsafe node(kind, hasAnchor: data.anchor != nil, hasTag: data.tag != nil)
        case YAML_SEQUENCE_START_EVENT:
            let data = unsafe event.data.sequence_start
            return unsafe node(.sequenceStart, hasAnchor: data.anchor != nil, hasTag: data.tag != nil)
        case YAML_SEQUENCE_END_EVENT: return plain(.sequenceEnd)
        case YAML_MAPPING_START_EVENT:
            let data = unsafe event.data.mapping_start
            return unsafe node(.mappingStart, hasAnchor: data.anchor != nil, hasTag: data.tag != nil)
        case YAML_MAPPING_END_EVENT: return plain(.mappingEnd)
        default: return plain(.streamEnd)
        }
    }
}
