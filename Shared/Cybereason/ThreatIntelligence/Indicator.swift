/// Something that the threat-intelligence server can classify.
public enum Indicator: Sendable, Hashable {
    /// An MD5, 32 hexadecimal digits in lower case.
    case md5(String)
    /// A SHA-1, 40 hexadecimal digits in lower case.
    case sha1(String)
    /// A domain name in lower case, without a dot at its end.
    case domain(String)
    /// An IPv4 address.
    case ipv4(String)
    /// An IPv6 address in lower case.
    case ipv6(String)

    /// The endpoint that classifies it.
    public enum Batch: String, Sendable, Hashable, CaseIterable {
        /// Hashes of files.
        case file = "file_batch"
        /// Domain names.
        case domain = "domain_batch"
        /// IP addresses.
        case ip = "ip_batch"
    }

    /// A hash by its length; nil for all but MD5 and SHA-1, which are the ones that the server knows.
    public static func hash(_ text: String) -> Indicator? {
        let text = text.lowercased()
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
        switch text.utf8.count {
        case 32: return .md5(text)
        case 40: return .sha1(text)
        default: return nil
        }
    }

    /// A domain name; nil for what cannot be one.
    public static func domainName(_ text: String) -> Indicator? {
        var name = Substring(text.lowercased())
        if name.hasSuffix(".") { name = name.dropLast() }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let plain = name.utf8.allSatisfy { byte in
            byte >= 0x80 || byte == 0x2D || byte == 0x2E || byte == 0x5F || (0x30...0x39).contains(byte)
                || (0x61...0x7A).contains(byte)
        }
        guard labels.count > 1, plain, name.utf8.count <= 253 else { return nil }
        guard labels.allSatisfy({ (1...63).contains($0.utf8.count) }), IPAddress(String(name)) == nil else {
            return nil
        }
        return .domain(String(name))
    }

    /// An IPv4 or IPv6 address; nil for what is none.
    public static func address(_ text: String) -> Indicator? {
        switch IPAddress(text) {
        case .v4(let text): .ipv4(text)
        case .v6(let text): .ipv6(text)
        case nil: nil
        }
    }

    /// The endpoint that classifies it.
    public var batch: Batch {
        switch self {
        case .md5, .sha1: .file
        case .domain: .domain
        case .ipv4, .ipv6: .ip
        }
    }

    /// The hash, name or address.
    public var value: String {
        switch self {
        case .md5(let text), .sha1(let text), .domain(let text), .ipv4(let text), .ipv6(let text): text
        }
    }
}
