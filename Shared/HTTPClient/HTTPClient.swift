import Synchronization

/// An HTTP/1.1 client over libcurl whose failures say what may have reached the server.
///
/// All transfers run on one thread that belongs to the client. Redirects are never followed, no cookie is kept and
/// nothing is retried, with one exception: a `.safe` request may be repeated by libcurl when the idle connection that it
/// reused turns out to be dead.
///
/// ```swift
/// let client = try HTTPClient(HTTPClientConfiguration(caFile: "/etc/riposte/ca.pem"))
/// let answer = try await client.send(HTTPRequest(url: "https://console.example/rest/…", repeatability: .safe))
/// await client.shutdown()
/// ```
public final class HTTPClient: Sendable {
    private let engine: TransferEngine
    private let lastID = Atomic<UInt64>(0)

    /// Starts the client's thread.
    /// - Throws: ``HTTPClientSetupError`` when a file cannot be read, a setting is out of range, or the system gives no thread.
    public init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration()) throws(HTTPClientSetupError) {
        try configuration.check()
        engine = try TransferEngine(configuration)
    }

    deinit { engine.stop() }

    /// Sends a request and returns its whole answer, whatever the status. Cancelling the task ends the transfer at once.
    public func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let target = try request.checkedTarget()
        let deadline = ContinuousClock.now + request.limits.total.clampedToLimit
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        let cancellation = TransferJob.Cancellation()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                engine.start(
                    TransferJob(
                        id: id, request: request, target: target, cancellation: cancellation, deadline: deadline,
                        continuation: continuation))
            }
        } onCancel: {
            cancellation.cancel()
            engine.cancel(id)
        }
        return try outcome.get()
    }

    /// Fails what is in flight or waiting, closes every connection and returns when the client's thread has ended. Requests
    /// sent afterwards fail as not sent. May be called more than once.
    public func shutdown() async {
        await engine.shutdown()
    }
}
