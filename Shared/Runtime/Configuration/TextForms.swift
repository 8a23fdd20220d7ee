/// Addresses of servers, as settings hold them.
enum ServerAddress {
    /// The address without slashes at its end; nil if it is not one.
    static func normalized(_ text: String) -> String? {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains(where: { "@?#\\\"<>".contains($0) })
        else { return nil }
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty, ["http:", "https:"].contains(parts[0].lowercased()),
            isAuthority(parts[2])
        else { return nil }
        var address = parts[0].lowercased() + "//" + parts[2] + (parts.count > 3 ? "/" + parts[3] : "")
        while address.hasSuffix("/") { address.removeLast() }
        return address
    }

    private static func isAuthority(_ text: Substring) -> Bool {
        let (host, port) = split(text)
        guard !host.isEmpty else { return false }
        guard let port else { return true }
        guard let number = Decimal.parse(String(port)) else { return false }
        return (1...65535).contains(number)
    }

    /// Host and port; an IPv6 address stands in brackets, which keep its colons from being taken for the port's.
    private static func split(_ authority: Substring) -> (host: Substring, port: Substring?) {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return ("", nil) }
            let rest = authority[authority.index(after: end)...]
            if rest.isEmpty { return (authority, nil) }
            return rest.hasPrefix(":") ? (authority[...end], rest.dropFirst()) : ("", nil)
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        return switch parts.count {
        case 1: (parts[0], nil)
        case 2: (parts[0], parts[1])
        default: ("", nil)
        }
    }
}

/// Whole numbers as people write them: digits, perhaps a minus. (`Int("+1")` is 1 too, which nobody means.)
enum Decimal {
    static func parse(_ text: String) -> Int? {
        text.hasPrefix("+") ? nil : Int(text)
    }
}

/// Blanks at the ends of texts.
enum Whitespace {
    static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}

extension Duration {
    /// Milliseconds, cut off; clamped to what an `Int` holds.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (product, overflow) = Int(seconds).multipliedReportingOverflow(by: 1000)
        if overflow { return seconds > 0 ? .max : .min }
        return product + Int(attoseconds / 1_000_000_000_000_000)
    }
}
