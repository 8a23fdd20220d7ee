import CCurl
import Glibc

/// What all requests of one client share. Proxies and credentials from the environment are never used.
public struct HTTPClientConfiguration: Sendable {
    /// PEM file of the only authorities to trust; the system's when absent.
    public var caFile: String?
    /// PEM file of the certificate to show to servers that ask for one.
    public var clientCertificateFile: String?
    /// PEM file of that certificate's private key, without a passphrase.
    public var clientKeyFile: String?
    /// URL of a proxy: `http`, `https`, `socks5` or `socks5h`. The client tunnels through it also for `http` targets, so
    /// that every status is the server's own. May hold a password; it is never logged.
    public var proxy: String?
    /// Transfers at once; further requests wait inside, first come, first served.
    public var maxConnections: Int
    /// Transfers at once to one scheme, host and port.
    public var maxConnectionsPerHost: Int
    /// The `User-Agent` of every request: one line.
    public var userAgent: String

    /// Settings by their parts; they are checked when a client is made of them.
    public init(
        caFile: String? = nil, clientCertificateFile: String? = nil, clientKeyFile: String? = nil, proxy: String? = nil,
        maxConnections: Int = 64, maxConnectionsPerHost: Int = 16, userAgent: String = "riposte"
    ) {
        self.caFile = caFile
        self.clientCertificateFile = clientCertificateFile
        self.clientKeyFile = clientKeyFile
        self.proxy = proxy
        self.maxConnections = maxConnections
        self.maxConnectionsPerHost = maxConnectionsPerHost
        self.userAgent = userAgent
    }

    /// Throws when no request could succeed with these settings.
    func check() throws(HTTPClientSetupError) {
        for (name, path) in [
            ("caFile", caFile), ("clientCertificateFile", clientCertificateFile), ("clientKeyFile", clientKeyFile),
        ] {
            guard let path else { continue }
            guard unsafe access(path, R_OK) == 0 else { throw HTTPClientSetupError("\(name) cannot be read: \(path)") }
        }
        guard (clientCertificateFile == nil) == (clientKeyFile == nil) else {
            throw HTTPClientSetupError("clientCertificateFile and clientKeyFile go together")
        }
        guard maxConnections > 0, maxConnectionsPerHost > 0 else {
            throw HTTPClientSetupError("maxConnections and maxConnectionsPerHost must be at least 1")
        }
        guard HTTPRequest.isFieldValue(userAgent) else {
            throw HTTPClientSetupError("userAgent must be one line")
        }
        try checkProxy()
    }

    private func checkProxy() throws(HTTPClientSetupError) {
        guard let proxy else { return }
        let schemes = ["http", "https", "socks5", "socks5h"]
        guard let parts = URLParts(proxy, allowingUser: true), schemes.contains(parts.scheme) else {
            throw HTTPClientSetupError("proxy must be a URL whose scheme is one of \(schemes.joined(separator: ", "))")
        }
    }
}

extension HTTPClientConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The settings, without a proxy's user and password.
    public var description: String {
        let files = [
            ("caFile", caFile), ("clientCertificateFile", clientCertificateFile), ("clientKeyFile", clientKeyFile),
        ]
        let shownProxy = proxy.map { $0.utf8.contains(UInt8(ascii: "@")) ? "[secret]" : $0 }
        let optional = (files + [("proxy", shownProxy)]).compactMap { name, value in value.map { "\(name)=\($0)" } }
        let limits = "maxConnections=\(maxConnections) maxConnectionsPerHost=\(maxConnectionsPerHost)"
        return (optional + [limits, "userAgent=\(userAgent)"]).joined(separator: " ")
    }

    /// As `description`.
    public var debugDescription: String { description }

    /// Hides the members, which `dump` would print.
    public var customMirror: Mirror { Mirror(self, children: ["settings": description]) }
}

/// Why a client cannot be made.
public struct HTTPClientSetupError: Error, Sendable, CustomStringConvertible {
    /// Which setting is wrong, and what is allowed.
    public let description: String

    init(_ description: String) { self.description = description }
}
