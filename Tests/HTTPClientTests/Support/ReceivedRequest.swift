/// The head of a request as the test server received it.
struct ReceivedRequest: Sendable {
    let line: String
    let head: String

    init(head: [UInt8]) {
        self.head = String(decoding: head, as: UTF8.self)
        line = String(self.head.prefix { $0 != "\r\n" })
    }

    /// The path's segments without the query.
    var segments: [String] {
        let target = line.split(separator: " ").dropFirst().first ?? ""
        return target.prefix { $0 != "?" }.split(separator: "/").map(String.init)
    }

    var id: String { value("x-id") ?? "" }
    var contentLength: Int { value("content-length").flatMap(Int.init) ?? 0 }

    func value(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == name else { continue }
            return String(parts[1].drop { $0 == " " })
        }
        return nil
    }
}
