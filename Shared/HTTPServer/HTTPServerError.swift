/// Why a server could not start.
public enum HTTPServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The address is not a numeric IPv4 or IPv6 address.
    case notAnAddress(String)
    /// The system refused the socket, for `reason`: the port is taken, or it needs a privilege.
    case cannotListen(address: String, port: UInt16, reason: String)
    /// The system or the library lacked what a server needs, for `reason`.
    case cannotStart(reason: String)
    /// `start()` was called before.
    case alreadyStarted

    /// One sentence for an operator.
    public var description: String {
        switch self {
        case .notAnAddress(let text): "'\(text)' is not a numeric IPv4 or IPv6 address"
        case .cannotListen(let address, let port, let reason): "cannot listen on \(address) port \(port): \(reason)"
        case .cannotStart(let reason): "cannot start the HTTP server: \(reason)"
        case .alreadyStarted: "the HTTP server was started before"
        }
    }
}
