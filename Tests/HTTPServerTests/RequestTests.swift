import HTTPServer
import Testing

@Suite("Requests and answers", .timeLimit(.minutes(1)))
struct RequestTests {
    @Test("A request is answered, and the connection is used again")
    func keepAlive() async throws {
        try await withServer(.init(), echo) { port in
            let bodies = try await talk(to: port) { client in
                var bodies: [String] = []
                for number in 1...3 {
                    client.send("GET /page/\(number)?a=1&b=x%20y+z&c HTTP/1.1\r\nHost: x\r\n\r\n")
                    bodies.append(try client.readAnswer().body)
                }
                return bodies
            }
            #expect(bodies == (1...3).map { "GET /page/\($0) [a=1;b=x y z;c=] " })
        }
    }

    @Test("Requests sent at once are answered in their order")
    func pipelined() async throws {
        try await withServer(.init(), echo) { port in
            let text = try await talk(to: port) { client in
                client.send(
                    "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: x\r\n\r\n")
                client.send("GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                return client.readToEnd().text
            }
            let bodies = text.split(separator: "\r\n\r\n").dropFirst().map { $0.prefix { $0 != "]" } }
            #expect(bodies.map(String.init) == ["POST /1 [", "GET /2 [", "GET /3 ["])
            #expect(text.contains("POST /1 [] abc"))
        }
    }

    @Test("A body arrives whole, by length and in chunks")
    func bodies() async throws {
        let long = String(repeating: "0123456789", count: 50_000)
        try await withServer(.init(), { .text("\($0.body.count)") }) { port in
            let answers = try await talk(to: port) { client in
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n" + long)
                let first = try client.readAnswer().body
                client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                for _ in 1...2 { client.send("7a120\r\n" + long + "\r\n") }
                client.send("0\r\n\r\n")
                return [first, try client.readAnswer().body]
            }
            #expect(answers == ["500000", "1000000"])
        }
    }

    @Test("HEAD gets the headers of GET without the body")
    func head() async throws {
        try await withServer(.init(), { .text($0.method) }) { port in
            let (answer, next) = try await talk(to: port) { client in
                client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try client.readAnswer(withoutBody: true)
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return (answer, try client.readAnswer())
            }
            #expect(answer.status == 200)
            #expect(answer.header("Content-Length") == "4")
            #expect(answer.body.isEmpty)
            #expect(next.body == "GET")
        }
    }

    @Test("A client that asks first is told to go on, and refused before it sends too much")
    func expectation() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.maxBodyBytes = 100
        try await withServer(configuration, echo) { port in
            let goesOn = try await talk(to: port) { client in
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
                let interim = try client.read(until: "\r\n\r\n")
                client.send("hi")
                return (interim, try client.readAnswer().body)
            }
            #expect(goesOn.0.hasPrefix("HTTP/1.1 100 "))
            #expect(goesOn.1 == "POST / [] hi")

            let refused = try await talk(to: port) { client in
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\nExpect: 100-continue\r\n\r\n")
                return try client.readAnswer().status
            }
            #expect(refused == 413)

            let unknown = try await talk(to: port) { client in
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: miracles\r\n\r\n")
                return try client.readAnswer().status
            }
            #expect(unknown == 417)
        }
    }

    @Test("Any method reaches the handler, and its headers go out as given")
    func handlerDecides() async throws {
        let handler: HTTPServer.Handler = { request in
            var response = ServerResponse.status(request.method == "BREW" ? 418 : 405)
            response.headers.add("Allow", "BREW")
            response.headers.add("Set-Cookie", "a=1")
            response.headers.add("Set-Cookie", "b=2")
            response.headers.add("Date", "Sun, 22 Nov 2026 10:00:00 GMT")
            response.headers.add("Content-Length", "999")
            return response
        }
        try await withServer(.init(), handler) { port in
            let answer = try await talk(to: port) { client in
                client.send("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n")
                return try client.readAnswer()
            }
            #expect(answer.status == 418)
            #expect(answer.head.contains("Set-Cookie: a=1\r\nSet-Cookie: b=2"))
            #expect(answer.head.components(of: "Date:") == 1)
            #expect(answer.header("Date") == "Sun, 22 Nov 2026 10:00:00 GMT")
            #expect(answer.header("Content-Length") == "0")
        }
    }

    @Test("An answer that cannot be sent becomes 500 and not silence")
    func unsendable() async throws {
        let responses: [ServerResponse] = [
            .status(42), ServerResponse(headers: ["X": "a\r\nInjected: yes"]), ServerResponse(headers: ["a b": "c"]),
        ]
        for response in responses {
            try await withServer(.init(), { _ in response }) { port in
                let answer = try await talk(to: port) { client in
                    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    return try client.readAnswer()
                }
                #expect(answer.status == 500)
                #expect(!answer.head.contains("Injected"))
            }
        }
    }

    @Test("The handler sees headers in either case, repeated ones in order, and where the client is")
    func headers() async throws {
        let handler: HTTPServer.Handler = { request in
            let all = request.headers.all("X-THING").joined(separator: "|")
            return .text("\(request.headers.first("host") ?? "-") \(all) \(request.peer.hasPrefix("127.0.0.1:"))")
        }
        try await withServer(.init(), handler) { port in
            let answer = try await talk(to: port) { client in
                client.send("GET / HTTP/1.1\r\nHost: here\r\nx-thing: 1\r\nX-Thing: 2\r\n\r\n")
                return try client.readAnswer()
            }
            #expect(answer.body == "here 1|2 true")
        }
    }
}

extension String {
    func components(of part: String) -> Int { ranges(of: part).count }
}
