public import JSON

/// What threat intelligence can be asked about.
public enum IndicatorType: String, JSONName, CaseIterable, Sendable {
    case md5
    case sha1
    case domain
    case ipv4
    case ipv6
}

/// A hash, domain name or address, in the one spelling that makes equal indicators equal.
public struct Indicator: JSONRecord, Hashable, Comparable {
    public var type = IndicatorType.md5

    /// Lower case.
    public var value = ""

    public init() {}

    public init(_ type: IndicatorType, _ value: String) {
        self.type = type
        self.value = value.lowercased()
    }

    /// The key of its record on the topic of reputations, for example `sha1:da39a3ee…`.
    public var key: String { "\(type.rawValue):\(value)" }

    public static func < (left: Indicator, right: Indicator) -> Bool { left.key < right.key }

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

    /// An IPv4 or IPv6 address in text form; nil if it is neither.
    public init?(address: String) {
        let isIPv6 = address.utf8.contains(0x3A)
        let allowed = address.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || byte == 0x2E
                || (isIPv6 && ((0x41...0x46).contains(byte) || (0x61...0x66).contains(byte) || byte == 0x3A))
        }
        guard allowed, !address.isEmpty else { return nil }
        if isIPv6 {
            guard address.utf8.count <= 45 else { return nil }
            self.init(.ipv6, address)
        } else {
            let octets = address.split(separator: ".", omittingEmptySubsequences: false)
            guard octets.count == 4, octets.allSatisfy({ $0.utf8.count <= 3 && UInt8($0) != nil }) else { return nil }
            self.init(.ipv4, address)
        }
    }
}
