@testable import HTTPServer

/// Requests to the services' own HTTP server, behind the library that takes them off the wire.
enum ServerSurface {
    static let surface = Surface(
        "http-requests", from: .elsewhere,
        seeds: [
            FuzzInput("GET", "/metrics?a=b%20c&d", "HTTP/1.1", "Host: x\nAccept: */*\nExpect: 100-continue"),
            FuzzInput("POST", "/rest/remediate/status/11.27%2F5", "HTTP/1.1", "Host: x\nContent-Length: 12"),
        ],
        refused: [
            FuzzInput("PUT", "http://host:80/_simulator/faults", "HTTP/1.0", "Transfer-Encoding: chunked\nHost: x")
        ]
    ) { input in
        var headers = ServerHeaders()
        for line in input.text(3).split(separator: "\n") {
            let name = line.prefix { $0 != ":" }
            headers.add(String(name), String(line.dropFirst(name.count + 1).drop { $0 == " " }))
        }
        let target = input.text(1)
        let query = target.drop { $0 != "?" }.dropFirst().split(separator: "&").map { item in
            let name = item.prefix { $0 != "=" }
            return (name: String(name), value: String(item.dropFirst(name.count + 1)))
        }
        let head = RequestHead(
            method: input.text(0), target: String(target.prefix { $0 != "?" }), version: input.text(2),
            headers: headers, rawQuery: query)
        _ = (head.declaredLength, head.expectsContinue)
        do {
            let request = try head.checked(maxHeaderBytes: 16 << 10)
            try require(request.path.hasPrefix("/"), "a path that does not begin at the root")
            try require(!request.path.split(separator: "/").contains(".."), "a path that leads out of its folder")
            var router = Router()
            router.get("/metrics") { _ in .text("") }
            router.post("/rest/{kind}/status/{malop}") { _ in .text("") }
            router.get("/files/{name...}") { _ in .text("") }
            _ = await router.respond(to: request)
            return .understood
        } catch let refusal as Refusal {
            try require((400..<600).contains(refusal.status) && !refusal.reason.isEmpty, "refused without a reason")
            return .refused(refusal.reason)
        }
    }
}
