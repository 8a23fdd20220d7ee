import HTTPClient

/// Tells refusals that the console's REST interface wrote from those of whatever stands before it: a load balancer
/// without a backend, a firewall, an ingress between two versions. The interface writes JSON or a sentence of its own
/// (vendor's documentation), never markup.
enum GatewayPage {
    /// How gateways begin that answer in plain text, in lower case: ingress-nginx, Go servers such as Traefik, Envoy,
    /// Cloudflare.
    private static let beginnings = ["default backend", "404 page not found", "rbac: access denied", "error code: 1"]

    /// Whether a 4xx was certainly not written by the console's REST interface.
    static func isForeign(_ response: HTTPResponse) -> Bool {
        if Reply.isPage(response) { return true }
        let text = String(decoding: response.body.prefix(64), as: UTF8.self).lowercased()
        return beginnings.contains { text.hasPrefix($0) }
    }

    /// What the page says of itself, for a log: its title, or its text.
    static func words(_ response: HTTPResponse) -> String {
        let text = String(decoding: response.body.prefix(4096), as: UTF8.self)
        guard Reply.isPage(response) else { return Reply.shortened(text) }
        let title = text.firstMatch(of: /<title[^>]*>([^<]+)</.ignoresCase())
        return title.map { "a page titled '\(Reply.shortened(String($0.1)))'" } ?? "a page"
    }
}
