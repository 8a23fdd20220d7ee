import HTTPClient
import JSON

/// What an answer to a `/rest` request means, before its content is read.
///
/// The console has no 401: a request without a valid session is answered with a redirect to the login page, and a proxy
/// that follows redirects turns that into a page with status 200 (seen on the wire).
enum Reply: Sendable {
    /// A 2xx whose body may be JSON.
    case answer(HTTPResponse)
    /// A redirect to the login page: the request was not carried out.
    case loginRedirect
    /// A page or a text where JSON is due, which is how a lost session looks behind something that follows redirects.
    /// Whether the request was carried out, nobody can tell.
    case page(words: String)
    /// Too many requests, with the pause asked for.
    case throttled(Duration)
    /// Another 4xx, with the platform's words.
    case refused(status: Int, words: String)
    /// A 4xx that the console's REST interface did not write: a gateway answered in its place, for one whose routes or
    /// rules are just changing, or the server did that the interface runs in. It says nothing about the request.
    case foreign(status: Int, words: String)
    /// A 5xx, a 408 or a redirect to somewhere else.
    case failed(status: Int, words: String)

    /// Reads status, headers and the first bytes of the body.
    init(_ response: HTTPResponse, now: Timestamp, settings: ResilienceSettings) {
        let status = response.status
        switch status {
        case 200..<300:
            self = Self.mayBeJSON(response) ? .answer(response) : .page(words: Self.words(response))
        case 300..<400:
            let target = response.headers.first("Location") ?? ""
            self =
                target.lowercased().contains("login")
                ? .loginRedirect : .failed(status: status, words: "redirected to another page than the login")
        case 401:
            self = .loginRedirect
        case 429:
            self = .throttled(Self.pause(response, now: now, settings: settings) ?? settings.defaultPause)
        case 408:
            self = .failed(status: status, words: Self.words(response))
        case 400..<500 where status == 407 || GatewayPage.isForeign(response):
            self = .foreign(status: status, words: GatewayPage.words(response))
        case 400..<500:
            self = .refused(status: status, words: Self.words(response))
        default:
            self = .failed(status: status, words: Self.words(response))
        }
    }

    /// The pause that a `Retry-After` header asks for.
    static func pause(_ response: HTTPResponse, now: Timestamp, settings: ResilienceSettings) -> Duration? {
        guard let value = response.headers.first("Retry-After") else { return nil }
        let theirs = response.headers.first("Date").flatMap(HTTPDate.parse)
        return RetryAfter.wait(value, now: theirs ?? now, longest: settings.longestPause)
    }

    /// The platform's own words in an answer: the `message` of a JSON answer, or short plain text.
    static func words(_ response: HTTPResponse) -> String {
        guard !response.body.isEmpty, !isPage(response) else { return "no words" }
        let message = try? withJSON(response.body) { root throws(JSONError) -> String? in
            for key: StaticString in ["message", "errorMessage", "error", "result", "outcome"] {
                if let text = root[key]?.asString, !text.isEmpty { return text }
            }
            return root["error"]?["message"]?.asString ?? root.asString
        }
        let words = shortened(message ?? String(decoding: response.body.prefix(1024), as: UTF8.self))
        return words.allSatisfy(\.isWhitespace) ? "no words" : words
    }

    /// A text from outside, cut to what a log line can bear and without control characters.
    static func shortened(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(400).map { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : Character(scalar)
        }
        return String(scalars)
    }

    /// Whether a 2xx is worth reading: nothing at all, or something that begins as JSON does.
    private static func mayBeJSON(_ response: HTTPResponse) -> Bool {
        guard !isPage(response) else { return false }
        let body = response.body.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        switch body.first {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "-"): return true
        case .some(let byte) where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte): return true
        default: return ["true", "false", "null"].contains(String(decoding: body.prefix(5), as: UTF8.self))
        }
    }

    /// Whether an answer is made for a browser.
    static func isPage(_ response: HTTPResponse) -> Bool {
        let type = response.headers.first("Content-Type")?.lowercased() ?? ""
        return type.contains("html") || ConsolePage.isMarkup(response.body)
    }
}
