import HTTPServer
import Testing

@Suite("Router")
struct RouterTests {
    private var router: Router {
        var router = Router()
        router.get("/") { _ in .text("root") }
        router.get("/items/{id}") { .text("item \($0.parameter("id"))") }
        router.get("/items/all") { _ in .text("all") }
        router.put("/items/{id}") { .text("put \($0.parameter("id"))") }
        router.post("/items/all/{verb}") { .text("\($0.parameter("verb"))") }
        router.get("/{any}/all") { .text("any \($0.parameter("any"))") }
        router.get("/files/{path...}") { .text("file \($0.parameter("path"))") }
        router.on("HEAD", "/probe") { _ in .text("own head") }
        router.get("/probe") { _ in .text("get") }
        return router
    }

    private func answer(
        _ method: String, _ path: String, _ router: Router? = nil
    ) async -> (status: Int, body: String, allow: String?) {
        let response = await (router ?? self.router).respond(to: ServerRequest(method: method, path: path))
        guard case .bytes(let bytes) = response.body else { return (response.status, "stream", nil) }
        return (response.status, String(decoding: bytes, as: UTF8.self), response.headers.first("allow"))
    }

    @Test(
        "Words come before names, and names catch decoded segments",
        arguments: [
            ("GET", "/", "root"), ("GET", "/items/7", "item 7"), ("GET", "/items/all", "all"),
            ("GET", "/items/a%2Fb%20c", "item a/b c"), ("PUT", "/items/all", "put all"),
            ("POST", "/items/all/run", "run"), ("GET", "/other/all", "any other"),
            ("GET", "/files/a/b//c", "file a/b//c"), ("GET", "/files/", "file "),
            ("HEAD", "/items/7", "item 7"), ("HEAD", "/probe", "own head"),
        ])
    func routes(method: String, path: String, body: String) async {
        #expect(await answer(method, path).body == body)
    }

    @Test("What fits no pattern is 404", arguments: ["/nothing", "/items", "/items/", "/items/1/2", "//", "/items//x"])
    func missing(path: String) async {
        #expect(await answer("GET", path).status == 404)
    }

    @Test("A path with other methods is 405 and says which")
    func notAllowed() async {
        let items = await answer("DELETE", "/items/7")
        #expect(items.status == 405)
        #expect(items.allow == "GET, HEAD, PUT")
        #expect(await answer("GET", "/items/all/run").allow == "POST")
    }

    @Test("The answer for unknown paths can be replaced, and so can a route")
    func replaced() async {
        var router = router
        router.notFound = { .text("no \($0.path)", status: 404) }
        router.get("/items/{id}") { _ in .text("new") }
        #expect(await answer("GET", "/x", router).body == "no /x")
        #expect(await answer("GET", "/items/1", router).body == "new")
    }

    @Test("A server serves a router")
    func served() async throws {
        let server = HTTPServer(router: router)
        let port = try server.start()
        let answers = try await talk(to: port) { client in
            client.send("GET /items/%41 HTTP/1.1\r\nHost: x\r\n\r\n")
            let first = try client.readAnswer()
            client.send("POST /items/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            return [first, try client.readAnswer()]
        }
        #expect(answers[0].body == "item A")
        #expect(answers[1].status == 405)
        #expect(answers[1].header("Allow") == "GET, HEAD, PUT")
        #expect(await server.stop(grace: .seconds(5)))
    }
}
