/// The cookies of one login, kept here and sent by hand: an HTTP library's cookie store would let the anonymous session
/// id, which the console hands out with every refused request, take the place of the real one.
struct SessionCookies: Sendable, Equatable {
    /// The value of the `Cookie` header.
    let header: String

    private static let most = 16
    private static let longest = 4096

    /// The cookies that an answer sets, nil when the session id `JSESSIONID` is not among them.
    ///
    /// - Parameter setCookie: the values of all `Set-Cookie` headers, in order.
    init?(setCookie: [String]) {
        var names: [String] = []
        var values: [String: String] = [:]
        for line in setCookie.prefix(Self.most) {
            guard let (name, value) = Self.pair(line) else { continue }
            if values[name] == nil { names.append(name) }
            values[name] = value
        }
        guard values["JSESSIONID"] != nil else { return nil }
        header = names.compactMap { name in values[name].map { "\(name)=\($0)" } }.joined(separator: "; ")
    }

    private static func pair(_ line: String) -> (name: String, value: String)? {
        let parts = line.split(separator: ";", omittingEmptySubsequences: false)
        guard let first = parts.first, let equals = first.firstIndex(of: "=") else { return nil }
        let name = trimmed(first[..<equals])
        let value = trimmed(first[first.index(after: equals)...])
        guard !name.isEmpty, !value.isEmpty, name.utf8.count + value.utf8.count <= longest else { return nil }
        guard (name + value).utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2C && $0 != 0x3B }) else { return nil }
        // Max-Age=0 removes a cookie; the console does that with `rememberMe` at every login.
        let removed = parts.dropFirst().contains { trimmed($0).lowercased() == "max-age=0" }
        return removed ? nil : (name, value)
    }

    private static func trimmed(_ text: Substring) -> String {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(text.drop(while: blank).reversed().drop(while: blank).reversed())
    }
}
