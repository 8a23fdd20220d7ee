/// The head of an answer, built line by line: interim answers are skipped, and a head that was cut is known as such.
///
/// libcurl 7.88 reports success for a connection that ends inside the header block; only the empty line proves its end.
struct ResponseHead: Sendable {
    /// How the end of the body can be told.
    enum Framing: Sendable, Hashable {
        case none, length, chunks
        /// The body lasts until the connection ends, so a cut looks like the end.
        case untilClose
    }

    private enum Part { case statusLine, interim, final, complete }

    /// The status of the final answer, once its whole line has come.
    private(set) var status: Int?
    private(set) var headers = HTTPHeaders()
    /// Bytes of all lines so far, interim answers and trailers included.
    private(set) var byteCount = 0
    private var part = Part.statusLine

    /// The empty line after the final answer's fields has come.
    var isComplete: Bool { part == .complete }

    /// How the end of the body can be told, once the head is complete.
    var framing: Framing {
        if status == 204 || status == 304 { return .none }
        let encodings = headers.all("transfer-encoding").joined(separator: ",").lowercased()
        if encodings.split(separator: ",").last?.contains("chunked") == true { return .chunks }
        return headers.first("content-length") == nil ? .untilClose : .length
    }

    /// Takes one line with its line break; a line without one was cut and says nothing.
    mutating func receive(line: [UInt8]) {
        byteCount += line.count
        guard line.last == UInt8(ascii: "\n") else { return }
        let text = line.dropLast(line.dropLast().last == UInt8(ascii: "\r") ? 2 : 1)
        switch part {
        case .statusLine: receive(statusLine: text)
        case .interim: if text.isEmpty { part = .statusLine }
        case .final: text.isEmpty ? part = .complete : receive(field: text)
        case .complete: break
        }
    }

    private mutating func receive(statusLine text: ArraySlice<UInt8>) {
        let words = text.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: true)
        guard text.starts(with: "HTTP/".utf8), words.count > 1, words[1].count == 3,
            let code = Int(String(decoding: words[1], as: UTF8.self)), code >= 100
        else { return }
        part = code < 200 ? .interim : .final
        status = code < 200 ? nil : code
    }

    private mutating func receive(field text: ArraySlice<UInt8>) {
        if text.first == UInt8(ascii: " ") || text.first == UInt8(ascii: "\t") {
            headers.extendLast(Self.trimmed(text))
            return
        }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return }
        headers.append(name: Self.trimmed(text[..<colon]), value: Self.trimmed(text[(colon + 1)...]))
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> String {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var rest = text.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(decoding: rest, as: UTF8.self)
    }
}
