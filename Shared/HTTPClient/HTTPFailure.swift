/// Why a request has no whole answer, and what the client can prove about its delivery.
public struct HTTPFailure: Error, Sendable, Hashable {
    /// What the client can prove.
    public enum Delivery: Sendable, Hashable {
        /// No byte of the request left: the server cannot have acted on it.
        case notSent
        /// Some or all of the request left and no status came back: the server may have acted on it.
        case mayHaveBeenReceived
        /// The server sent this status, but the rest of its answer is missing, too large or unreadable.
        case answered(status: Int)
    }

    /// Which of the time limits ran out.
    public enum Phase: String, Sendable, Hashable {
        /// See ``HTTPRequest/Limits/connect``.
        case connect
        /// See ``HTTPRequest/Limits/firstByte``.
        case firstByte
        /// See ``HTTPRequest/Limits/total``.
        case total
    }

    /// What went wrong.
    public enum Reason: Sendable, Hashable {
        /// The request's own gate said no.
        case gateClosed
        /// The task that waited was cancelled.
        case cancelled
        /// No TCP connection.
        case connect
        /// The host's name has no address, or the look-up failed.
        case nameResolution
        /// The handshake failed, or a certificate is not trusted or not for this host.
        case tls
        /// The proxy cannot be reached or refused the tunnel.
        case proxy
        /// One of the time limits ran out: this one.
        case timeout(Phase)
        /// The connection ended before a status came back.
        case cut
        /// The answer ended before its end, or its end cannot be told.
        case truncated
        /// Header or body above the request's limit.
        case tooLarge
        /// Not a request that can be sent, or not an answer that can be read.
        case malformed
        /// The client was shut down.
        case shutDown
        /// What libcurl has no better word for; ``HTTPFailure/detail`` has its own.
        case other
    }

    /// Whether the server may have acted on the request.
    public let delivery: Delivery
    /// What went wrong.
    public let reason: Reason
    /// Proof that the server never held the whole request: the connection ended while its body was still being sent.
    /// Only ever true for a `.once` request.
    public let requestIncomplete: Bool
    /// For a log: host and cause in words. Never a header, a body, a cookie, a path or a query.
    public let detail: String

    /// A failure; without proof of the contrary the request counts as whole.
    public init(delivery: Delivery, reason: Reason, requestIncomplete: Bool = false, detail: String = "") {
        self.delivery = delivery
        self.reason = reason
        self.requestIncomplete = requestIncomplete
        self.detail = detail
    }
}

extension HTTPFailure: CustomStringConvertible {
    /// What is proven, then the reason and the detail: for a log.
    public var description: String {
        let known =
            switch delivery {
            case .notSent: "not sent"
            case .mayHaveBeenReceived: requestIncomplete ? "sent in part" : "may have been received"
            case .answered(let status): "answered with status \(status)"
            }
        return detail.isEmpty ? "\(known): \(reason)" : "\(known): \(reason): \(detail)"
    }
}
