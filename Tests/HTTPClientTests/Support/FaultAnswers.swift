/// The answers of the fault server that are not whole, too large, or encoded.
enum FaultAnswers {
    private static let gzipHead = "HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: "

    /// Sent as they are; then the connection is closed, or stays silent when the name begins with `stall`.
    static let cut: [String: String] = [
        "half-status": "HTTP/1.1 2",
        "half-head": "HTTP/1.1 200 OK\r\nContent-Le",
        "line-end-head": "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n",
        "half-body": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly a part",
        "half-chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "until-close": "HTTP/1.1 200 OK\r\n\r\nhello",
        "only-interim": "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
        "interim-first": "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "garbage": "good day to you\r\n",
        "stall-body": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly a part",
        "bad-gzip": "\(gzipHead)12\r\n\r\nnot gzip 012",
        "no-content": "HTTP/1.1 204 No Content\r\n\r\n",
        "trailers": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Sum: 1\r\n\r\n",
    ]

    static func raw(_ name: String) -> [UInt8] {
        switch name {
        case "headers": return Array(("HTTP/1.1 200 OK\r\n" + manyLines + "Content-Length: 0\r\n\r\n").utf8)
        case "line": return Array("HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 300_000))\r\n\r\n".utf8)
        case "body": return Array("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".utf8) + zeros(1_000_000)
        case "gzip": return compressed(Array(#"{"a":1}"#.utf8))
        case "bomb": return bomb
        default: return Array("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n".utf8)
        }
    }

    private static let manyLines = (0..<4000).map { "X-\($0): a value of some length\r\n" }.joined()

    /// 64 MiB of zeros in some 64 KiB.
    private static let bomb = compressed(zeros(64 << 20))

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    /// Compressed by the system's `gzip`; called on a connection's thread, so it may block.
    private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        let packed = Program.output(of: ["gzip", "-c"], input: bytes)
        return Array("\(gzipHead)\(packed.count)\r\n\r\n".utf8) + packed
    }
}
