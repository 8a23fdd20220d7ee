import Testing

@testable import HTTPClient

@Suite("The head of an answer")
struct ResponseHeadTests {
    private func head(_ lines: String...) -> ResponseHead {
        var head = ResponseHead()
        for line in lines { head.receive(line: Array(line.utf8)) }
        return head
    }

    @Test("Fields are found without regard to case, in order, with blanks removed and folded lines joined")
    func fields() {
        let head = head(
            "HTTP/1.1 200 OK\r\n", "Set-Cookie:  a=1 \r\n", "set-cookie: b=2\n", "X-Long: one\r\n", "\t two\r\n",
            "no colon\r\n", "\r\n")
        #expect(head.status == 200)
        #expect(head.isComplete)
        #expect(head.headers.all("SET-COOKIE") == ["a=1", "b=2"])
        #expect(head.headers["x-long"] == "one two")
        #expect(head.headers.first("absent") == nil)
        #expect(head.headers.fields.count == 3)
    }

    @Test("A cut line says nothing, neither as a status nor as the end")
    func cutLines() {
        #expect(head("HTTP/1.1 200 O").status == nil)
        let cut = head("HTTP/1.1 200 OK\r\n", "Content-Length: 1", "\r")
        #expect(cut.status == 200)
        #expect(!cut.isComplete)
        #expect(cut.headers.fields.isEmpty)
    }

    @Test("Interim answers are not the answer", arguments: ["100", "103"])
    func interim(code: String) {
        let waiting = head("HTTP/1.1 \(code) X\r\n", "Link: a\r\n", "\r\n")
        #expect(waiting.status == nil)
        #expect(!waiting.isComplete)
        let done = head("HTTP/1.1 \(code) X\r\n", "Link: a\r\n", "\r\n", "HTTP/1.1 404 X\r\n", "\r\n")
        #expect(done.status == 404)
        #expect(done.isComplete)
        #expect(done.headers.fields.isEmpty)
    }

    @Test("Trailers are no headers, but their bytes count")
    func trailers() {
        let head = head("HTTP/1.1 200 OK\r\n", "\r\n", "X-Sum: 1\r\n")
        #expect(head.headers.fields.isEmpty)
        #expect(head.byteCount == 29)
    }

    @Test(
        "What is not a status line is not taken for one",
        arguments: ["HTTP/1.1 20 OK\r\n", "HTTP/1.1\r\n", "hello\r\n", "HTTP/1.1 abc X\r\n", "HTTP/1.1 099 X\r\n"])
    func noStatusLine(line: String) {
        #expect(head(line, "\r\n").status == nil)
    }

    @Test("Where the body ends")
    func framing() {
        #expect(head("HTTP/1.1 200 OK\r\n", "Content-Length: 3\r\n", "\r\n").framing == .length)
        #expect(head("HTTP/1.1 200 OK\r\n", "Transfer-Encoding: gzip, Chunked\r\n", "\r\n").framing == .chunks)
        #expect(head("HTTP/1.1 200 OK\r\n", "Transfer-Encoding: chunked, gzip\r\n", "\r\n").framing == .untilClose)
        #expect(head("HTTP/1.1 200 OK\r\n", "\r\n").framing == .untilClose)
        #expect(head("HTTP/1.1 304 X\r\n", "\r\n").framing == .none)
    }
}
