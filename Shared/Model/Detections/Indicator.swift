internal import Glibc
public import JSON

/// What threat intelligence can be asked about.
public enum IndicatorType: String, JSONName, CaseIterable, Sendable {
    /// The MD5 of a file: 32 hexadecimal digits.
    case md5

    /// The SHA-1 of a file: 40 hexadecimal digits. Threat intelligence knows no SHA-256.
    case sha1

    /// A domain name, without a port or path.
    case domain

    /// An IPv4 address, dotted.
    case ipv4

    /// An IPv6 address, as the system shortens it.
    case ipv6
}

/// A hash, domain name or address, in the one spelling that makes equal indicators equal.
public struct Indicator: JSONRecord, Hashable, Comparable {
    /// What kind of indicator it is; part of its ``key``.
    public var type = IndicatorType.md5

    /// Lower case.
    public var value = ""

    /// An empty indicator, which nobody can be asked about.
    public init() {}

    /// Takes a value as it is but for its case; the other initializers check it.
    public init(_ type: IndicatorType, _ value: String) {
        self.type = type
        self.value = value.lowercased()
    }

    /// The key of its record on the topic of reputations, for example `sha1:da39a3ee…`.
    public var key: String { "\(type.rawValue):\(value)" }

    /// In the order of their keys, so first by type.
    public static func < (left: Indicator, right: Indicator) -> Bool { left.key < right.key }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("type", &type)
        try c("value", &value)
    }
}

extension Indicator {
    /// A file's hash, if threat intelligence can be asked about it: 32 (MD5) or 40 (SHA-1) hexadecimal digits.
    public init?(hash: String) {
        let isHexadecimal = hash.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
        }
        switch (hash.utf8.count, isHexadecimal) {
        case (32, true): self.init(.md5, hash)
        case (40, true): self.init(.sha1, hash)
        default: return nil
        }
    }

    /// An IPv4 or IPv6 address in text form, in the system's own spelling of it; nil if it is neither.
    public init?(address: String) {
        if let ipv4 = Self.canonical(address, family: AF_INET) {
            self.init(.ipv4, ipv4)
        } else if let ipv6 = Self.canonical(address, family: AF_INET6) {
            self.init(.ipv6, ipv6)
        } else {
            return nil
        }
    }

    /// One address has many spellings (`::1` and `0:0::1`), but only one that the system writes.
    private static func canonical(_ address: String, family: Int32) -> String? {
        // A C string ends at its first zero: what follows would go unseen.
        guard !address.utf8.contains(0) else { return nil }
        var binary = in6_addr()
        guard unsafe inet_pton(family, address, &binary) == 1 else { return nil }
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            let text = unsafe inet_ntop(family, &binary, buffer.baseAddress, socklen_t(buffer.count))
            return unsafe text.map { unsafe String(cString: $0) }
        }
    }
}
