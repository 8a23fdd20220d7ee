/// One event of an answer of type `text/event-stream`, as the HTML standard defines it.
public struct ServerSentEvent: Sendable, Hashable {
    /// The event's name; absent means `message`.
    public var name: String?
    /// What a client that reconnects sends as `Last-Event-ID`.
    public var id: String?
    /// The data; line breaks are kept.
    public var data: String

    /// An event.
    public init(name: String? = nil, id: String? = nil, data: String) {
        self.name = name
        self.id = id
        self.data = data
    }

    /// A comment: keeps the connection from looking idle, invisible to the page's code.
    public static let keepAlive: [UInt8] = Array(":\n\n".utf8)

    /// The event as it is sent. Line breaks in a name or id would end the field, so they become blanks.
    public var bytes: [UInt8] {
        var text = ""
        if let name { text += "event: \(Self.line(name))\n" }
        if let id { text += "id: \(Self.line(id))\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            text += "data: \(line)\n"
        }
        return Array((text + "\n").utf8)
    }

    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}
