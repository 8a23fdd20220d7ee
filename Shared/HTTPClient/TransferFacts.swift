/// What was observed of one transfer: all that a judgement of its delivery may rest on.
struct TransferFacts: Sendable {
    /// Why the gate refused, when it did.
    enum Refusal: Sendable, Hashable {
        /// The request's own gate closure returned false.
        case closed
        /// The waiting task was cancelled before the first byte left.
        case cancelled
        /// libcurl was about to send a `.once` request a second time.
        case secondSend
    }

    /// Why the engine ended a transfer that libcurl had not ended.
    enum Stop: Sendable, Hashable {
        case cancelled, shutDown, tooLarge
        case timeout(HTTPFailure.Phase)
    }

    let repeatability: HTTPRequest.Repeatability
    /// Scheme, host and port, for the failure's text.
    let origin: String
    let usesProxy: Bool
    /// Bytes of the request's body.
    let bodyLength: Int

    /// libcurl's own result (`CURLcode`).
    var code: UInt32 = 0
    /// How often the gate let the request through. Zero is the one proof that nothing was sent: a request size of zero,
    /// times and `errno` prove nothing.
    var timesOpened = 0
    var refusal: Refusal?
    var stop: Stop?
    /// Bytes of the body that were handed to the connection.
    var uploaded = 0
    var head = ResponseHead()
    /// libcurl's words on what failed, kept only for failures before the request left, when they can quote no more than a host.
    var explanation = ""

    init(repeatability: HTTPRequest.Repeatability, origin: String, usesProxy: Bool = false, bodyLength: Int = 0) {
        self.repeatability = repeatability
        self.origin = origin
        self.usesProxy = usesProxy
        self.bodyLength = bodyLength
    }
}
