/// How often each route was asked for, and what was answered.
struct RequestCounters: Sendable {
    private struct Route: Sendable, Hashable {
        var server: ServerRole
        var method: String
        var route: String
    }

    private var requests: [Route: Int] = [:]
    private var statuses: [Route: [Int: Int]] = [:]

    mutating func count(_ request: Request) { requests[key(request), default: 0] += 1 }

    /// - Parameter status: of the answer; 0 if the connection was cut instead.
    mutating func count(_ request: Request, answered status: Int) {
        statuses[key(request), default: [:]][status, default: 0] += 1
    }

    mutating func removeAll() {
        requests = [:]
        statuses = [:]
    }

    private func key(_ request: Request) -> Route {
        Route(server: request.server, method: request.method, route: RequestCounters.route(of: request))
    }

    /// The path with its variable parts replaced, so that a test can ask for a route and not for an id.
    static func route(of request: Request) -> String {
        let parts = request.segments
        guard parts.count > 3, parts[0] == "rest", parts[1] == "remediate" else { return request.path }
        switch parts[2] {
        case "progress": return "/rest/remediate/progress/:user/:malop/:remediation"
        case "status": return "/rest/remediate/status/:malop"
        case "abort": return "/rest/remediate/abort/:malop/:remediation"
        default: return request.path
        }
    }

    /// What `GET /_simulator/requests` shows.
    var document: Document {
        let rows = requests.sorted { ($0.key.route, $0.key.method) < ($1.key.route, $1.key.method) }.map {
            route, count in
            let answered = (statuses[route] ?? [:]).sorted { $0.key < $1.key }.map { status, count in
                Document.Member(key: status == 0 ? "cut" : String(status), value: .integer(count))
            }
            return [
                "server": .string(route.server.rawValue), "method": .string(route.method),
                "route": .string(route.route), "count": .integer(count), "answered": .object(answered),
            ] as Document
        }
        return ["routes": .array(rows)]
    }
}
