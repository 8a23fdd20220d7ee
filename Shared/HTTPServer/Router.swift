/// Chooses a handler by method and path.
///
/// A pattern is a path whose segments are words or `{names}`: `/rest/remediate/status/{malopId}`. What a name catches is
/// percent-decoded and stands in `ServerRequest.parameters`; it is never empty. A last `{name...}` catches the rest of
/// the path, slashes and all. Where several patterns fit, the one with a word earlier wins.
///
/// A path that fits no pattern is answered with 404, one that fits under other methods with 405 and `Allow`. `HEAD` goes
/// to the handler of `GET`, unless it has its own.
public struct Router: Sendable {
    private struct Route: Sendable {
        let pattern: RoutePattern
        var handlers: [(method: String, handler: HTTPServer.Handler)]
    }

    private var routes: [Route] = []

    /// Answers what fits no pattern; 404 by default.
    public var notFound: HTTPServer.Handler = { _ in .text("not found\n", status: 404) }

    /// A router without routes.
    public init() {}

    /// Adds a route. A pattern and method that were added before get the new handler.
    public mutating func on(_ method: String, _ pattern: String, _ handler: @escaping HTTPServer.Handler) {
        let pattern = RoutePattern(pattern)
        if let index = routes.firstIndex(where: { $0.pattern.text == pattern.text }) {
            routes[index].handlers.removeAll { $0.method == method }
            routes[index].handlers.append((method, handler))
            return
        }
        let index = routes.firstIndex { pattern.isMoreSpecific(than: $0.pattern) } ?? routes.endIndex
        routes.insert(Route(pattern: pattern, handlers: [(method, handler)]), at: index)
    }

    /// Adds a route for `GET` and `HEAD`.
    public mutating func get(_ pattern: String, _ handler: @escaping HTTPServer.Handler) {
        on("GET", pattern, handler)
    }

    /// Adds a route for `POST`.
    public mutating func post(_ pattern: String, _ handler: @escaping HTTPServer.Handler) {
        on("POST", pattern, handler)
    }

    /// Adds a route for `PUT`.
    public mutating func put(_ pattern: String, _ handler: @escaping HTTPServer.Handler) {
        on("PUT", pattern, handler)
    }

    /// Adds a route for `DELETE`.
    public mutating func delete(_ pattern: String, _ handler: @escaping HTTPServer.Handler) {
        on("DELETE", pattern, handler)
    }

    /// Answers a request by its route.
    public func respond(to request: ServerRequest) async -> ServerResponse {
        var allowed: [String] = []
        for route in routes {
            guard let parameters = route.pattern.match(request.rawPath) else { continue }
            guard let handler = Self.handler(for: request.method, in: route) else {
                allowed += Self.methods(of: route)
                continue
            }
            var request = request
            request.parameters = parameters
            return await handler(request)
        }
        if allowed.isEmpty { return await notFound(request) }
        var response = ServerResponse.text("method not allowed\n", status: 405)
        response.headers.set("Allow", Set(allowed).sorted().joined(separator: ", "))
        return response
    }

    private static func handler(for method: String, in route: Route) -> HTTPServer.Handler? {
        let candidates = method == "HEAD" ? ["HEAD", "GET"] : [method]
        return candidates.lazy.compactMap { name in route.handlers.first { $0.method == name }?.handler }.first
    }

    private static func methods(of route: Route) -> [String] {
        let methods = route.handlers.map(\.method)
        return methods.contains("GET") ? methods + ["HEAD"] : methods
    }
}
