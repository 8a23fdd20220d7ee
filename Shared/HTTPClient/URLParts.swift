import CCurl

/// Scheme, host and port of a URL, as libcurl itself understands it.
struct URLParts: Sendable, Hashable {
    let scheme: String
    let host: String
    let port: String

    /// What the limit of connections to one host counts by, and what a failure names.
    var origin: String { "\(scheme)://\(host):\(port)" }

    /// Nil when the text is not an absolute URL in printable ASCII.
    init?(_ url: String, allowingUser: Bool = false) {
        guard !url.isEmpty, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        guard let handle = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(handle) }
        let flags = UInt32(CURLU_NON_SUPPORT_SCHEME) | (allowingUser ? 0 : UInt32(CURLU_DISALLOW_USER))
        guard unsafe curl_url_set(handle, CURLUPART_URL, url, flags) == CURLUE_OK,
            let scheme = unsafe Self.part(CURLUPART_SCHEME, of: handle),
            let host = unsafe Self.part(CURLUPART_HOST, of: handle)
        else { return nil }
        self.scheme = scheme.lowercased()
        self.host = host.lowercased()
        self.port = unsafe Self.part(CURLUPART_PORT, of: handle) ?? ""
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(handle, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text = unsafe text
        else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}
