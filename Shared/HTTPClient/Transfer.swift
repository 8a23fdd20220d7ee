import CCurl

/// One request on the wire: a libcurl easy handle and what was seen of it. Belongs to the engine's thread.
@safe final class Transfer {
    let job: TransferJob
    let easy: UnsafeMutableRawPointer
    var facts: TransferFacts
    var body: [UInt8] = []
    var headerLines: UnsafeMutablePointer<curl_slist>?
    /// libcurl writes its words on a failure here.
    let errorText: UnsafeMutablePointer<CChar>
    private var firstByteDeadline: ContinuousClock.Instant?

    init?(_ job: TransferJob, _ configuration: HTTPClientConfiguration) {
        guard let easy = unsafe curl_easy_init() else { return nil }
        self.job = job
        unsafe self.easy = unsafe easy
        facts = TransferFacts(
            repeatability: job.request.repeatability, origin: job.target.origin, usesProxy: configuration.proxy != nil,
            bodyLength: job.request.body?.count ?? 0)
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(headerLines)
        unsafe errorText.deallocate()
    }

    /// The transfer that a callback's context points to.
    static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    // MARK: What libcurl calls

    /// The last instant before the first byte of the request: name look-up, TCP, TLS and the proxy's tunnel are done.
    func openGate() -> Bool {
        if facts.timesOpened > 0, job.request.repeatability == .once {
            // libcurl sends again by itself when a connection dies before an answer; a side effect never is.
            facts.refusal = .secondSend
        } else if job.cancellation.isCancelled {
            facts.refusal = .cancelled
        } else if let gate = job.request.gate, !gate() {
            facts.refusal = .closed
        } else if job.cancellation.isCancelled {
            // The gate may have taken its time.
            facts.refusal = .cancelled
        }
        guard facts.refusal == nil else { return false }
        facts.timesOpened += 1
        facts.head = ResponseHead()
        body.removeAll(keepingCapacity: true)
        firstByteDeadline = .now + job.request.limits.firstByte.clampedToLimit
        return true
    }

    /// False ends the transfer.
    func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
        firstByteDeadline = nil
        facts.head.receive(line: unsafe Array(line))
        if facts.head.byteCount > job.request.limits.maxHeaderBytes { facts.stop = .tooLarge }
        return facts.stop == nil
    }

    /// Takes bytes after decompression; false ends the transfer.
    func receive(bodyBytes bytes: UnsafeRawBufferPointer) -> Bool {
        if body.count + bytes.count > job.request.limits.maxBodyBytes {
            facts.stop = .tooLarge
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    // MARK: Time limits

    /// The limit that has run out, if one has. The connect limit is libcurl's own business.
    func overduePhase(at now: ContinuousClock.Instant) -> HTTPFailure.Phase? {
        if let firstByteDeadline, firstByteDeadline <= now { return .firstByte }
        return job.deadline <= now ? .total : nil
    }

    /// An instant before which `overduePhase` has nothing to say: the gate cannot have opened before `now`.
    func nextCheck(after now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let firstByte =
            facts.timesOpened == 0 ? now + job.request.limits.firstByte.clampedToLimit : firstByteDeadline
        return min(firstByte ?? job.deadline, job.deadline)
    }

    // MARK: The end

    /// The whole answer, or what is known instead.
    func outcome(_ code: CURLcode) -> TransferJob.Outcome {
        facts.code = code.rawValue
        var uploaded: curl_off_t = 0
        unsafe ccurl_get_offset(easy, CURLINFO_SIZE_UPLOAD_T, &uploaded)
        facts.uploaded = Int(uploaded)
        if facts.timesOpened == 0 { facts.explanation = explanation }
        if let failure = DeliveryJudgement(facts: facts).failure { return .failure(failure) }
        let status = facts.head.status ?? 0
        return .success(HTTPResponse(status: status, headers: facts.head.headers, body: body))
    }

    private var explanation: String {
        let text = unsafe String(cString: errorText)
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value < 0x7F }))
    }
}
