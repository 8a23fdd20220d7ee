/// Which of the two servers a request was sent to.
enum ServerRole: String, Sendable, CaseIterable {
    case console
    case threatIntelligence

    /// Which of them a path belongs to, where one port answers for both.
    static func of(path: String) -> ServerRole {
        let isIntelligence = path.hasPrefix("/rest/classification_v1/") || path.hasPrefix("/rest/download_v1/")
        return isIntelligence ? .threatIntelligence : .console
    }
}

/// A request as the simulator's logic sees it, free of sockets.
struct Request: Sendable {
    var server = ServerRole.console
    var method: String
    /// Percent-decoded.
    var path: String
    /// The decoded parts of the path; a slash inside a part was escaped.
    var segments: [String]
    var query: [(name: String, value: String)] = []
    /// Names are lower-case.
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

    func cookie(_ name: String) -> String? {
        for header in headers where header.name == "cookie" {
            for pair in header.value.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, parts[0].trimmed == name else { continue }
                return parts[1].trimmed
            }
        }
        return nil
    }

    /// The fields of a form body.
    var form: [String: String] {
        var fields: [String: String] = [:]
        for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[FormCoding.decode(parts[0])] = parts.count == 2 ? FormCoding.decode(parts[1]) : ""
        }
        return fields
    }
}

/// An answer before it becomes bytes.
struct Answer: Sendable {
    enum Content: Sendable, Equatable {
        case empty
        case text(String, type: String)
        case json(Document)
    }

    var status = 200
    var headers: [(name: String, value: String)] = []
    var content = Content.empty

    static func json(_ document: Document, status: Int = 200) -> Answer {
        Answer(status: status, content: .json(document))
    }

    static func text(_ text: String, status: Int = 200) -> Answer {
        Answer(status: status, content: .text(text, type: "text/plain;charset=UTF-8"))
    }

    static func html(_ text: String, status: Int = 200) -> Answer {
        Answer(status: status, content: .text(text, type: "text/html;charset=UTF-8"))
    }

    static func redirect(to location: String) -> Answer {
        Answer(status: 302, headers: [("Location", location)])
    }

    /// What a Java server says when it can't make sense of a request.
    static func serverError(_ note: String) -> Answer {
        .json(
            [
                "status": "FAILURE", "message": .string("javax.ws.rs.InternalServerErrorException: \(note)"),
                "expectedResults": 0, "failures": 0,
            ], status: 500)
    }

    var document: Document? {
        guard case .json(let document) = content else { return nil }
        return document
    }
}

/// Decoding of form fields.
enum FormCoding {
    static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), let value = escaped(rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The byte behind two hexadecimal digits; what only looks like an escape stays as it is.
    private static func escaped(_ digits: Substring.UTF8View) -> UInt8? {
        guard digits.count == 2, let text = String(digits), text.allSatisfy(\.isHexDigit) else { return nil }
        return UInt8(text, radix: 16)
    }
}

extension Substring {
    /// Without blanks at both ends.
    var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
