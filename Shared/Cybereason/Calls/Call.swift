import HTTPClient

/// One request to the console, before it is put into HTTP.
struct Call: Sendable {
    /// The route as a template without ids, for metrics.
    let route: String
    /// The verb.
    let method: HTTPRequest.Method
    /// Path and query, encoded.
    let target: String
    /// Headers besides the ones that every request has.
    var headers: [(name: String, value: String)] = []
    /// A JSON body.
    var body: [UInt8]?
    /// Whose limits apply.
    let endpoint: EndpointClass
    /// When the caller gives up.
    let deadline: ContinuousClock.Instant

    /// A `GET` of a path whose template is given apart.
    static func get(
        _ target: String, route: String, _ endpoint: EndpointClass, until deadline: ContinuousClock.Instant
    ) -> Call {
        Call(route: route, method: .get, target: target, endpoint: endpoint, deadline: deadline)
    }

    /// A `POST` of JSON to a fixed path.
    static func post(
        _ path: String, route: String? = nil, _ body: [UInt8]?, _ endpoint: EndpointClass,
        until deadline: ContinuousClock.Instant
    ) -> Call {
        Call(route: route ?? path, method: .post, target: path, body: body, endpoint: endpoint, deadline: deadline)
    }
}
