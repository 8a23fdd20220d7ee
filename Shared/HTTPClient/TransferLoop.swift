import CCurl

/// What runs on the engine's thread: starts, drives, times and ends transfers. Nothing in here is seen by another thread.
final class TransferLoop {
    private let multi: MultiHandle
    private let mailbox: Mailbox
    private let configuration: HTTPClientConfiguration
    private var admission: AdmissionQueue
    private var waiting: [UInt64: TransferJob] = [:]
    private var live: [UInt64: Transfer] = [:]
    /// No time limit ends before this instant; rather too early than too late.
    private var nextCheck: ContinuousClock.Instant?
    private var isStopping = false

    init(multi: MultiHandle, mailbox: Mailbox, configuration: HTTPClientConfiguration) {
        self.multi = multi
        self.mailbox = mailbox
        self.configuration = configuration
        admission = AdmissionQueue(
            limit: configuration.maxConnections, limitPerOrigin: configuration.maxConnectionsPerHost)
        unsafe ccurl_multi_set_long(multi.pointer, CURLMOPT_MAXCONNECTS, configuration.maxConnections)
    }

    /// Returns when told to stop, with every transfer ended and every connection closed.
    func run() {
        while true {
            for message in mailbox.take() { handle(message) }
            if isStopping { break }
            endOverdue()
            startAdmitted()
            drive()
            // A place may have become free: then there is no waiting.
            if !startAdmitted() { waitForEvents() }
        }
        stopEverything()
        multi.cleanUp()
    }

    private func handle(_ message: Mailbox.Message) {
        switch message {
        case .start(let job):
            if job.cancellation.isCancelled { return resume(job, job.unsent(.cancelled)) }
            waiting[job.id] = job
            admission.enqueue(job.id, origin: job.target.origin)
            check(by: job.deadline)
        case .cancel(let id): end(id, .cancelled)
        case .stop: isStopping = true
        }
    }

    /// Starts what the limits allow; true when anything was started.
    @discardableResult
    private func startAdmitted() -> Bool {
        var hasStarted = false
        while let id = admission.admit(where: { waiting[$0] != nil }), let job = waiting.removeValue(forKey: id) {
            begin(job)
            hasStarted = true
        }
        return hasStarted
    }

    private func begin(_ job: TransferJob) {
        guard let transfer = Transfer(job, configuration) else {
            admission.release(origin: job.target.origin)
            let failure = HTTPFailure(delivery: .notSent, reason: .other, detail: "libcurl is out of memory")
            return resume(job, .failure(failure))
        }
        live[job.id] = transfer
        check(by: transfer.nextCheck(after: .now))
        let code = transfer.applyOptions(configuration)
        guard code == CURLE_OK else { return finish(transfer, code) }
        guard unsafe curl_multi_add_handle(multi.pointer, transfer.easy) == CURLM_OK else {
            return finish(transfer, CURLE_FAILED_INIT)
        }
    }

    /// Lets libcurl read and write what is ready, and ends what has ended.
    private func drive() {
        var running: Int32 = 0
        unsafe curl_multi_perform(multi.pointer, &running)
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi.pointer, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            var context: UnsafeMutableRawPointer?
            let code = unsafe ccurl_result(message)
            unsafe ccurl_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &context)
            if let transfer = unsafe Transfer.from(context) { finish(transfer, code) }
        }
    }

    private func waitForEvents() {
        let left = nextCheck.map { max(0, min(60_000, ContinuousClock.now.duration(to: $0).wholeMilliseconds)) }
        unsafe curl_multi_poll(multi.pointer, nil, 0, Int32(left ?? 60_000), nil)
    }

    // MARK: Time limits

    private func check(by instant: ContinuousClock.Instant) {
        nextCheck = min(nextCheck ?? instant, instant)
    }

    private func endOverdue() {
        let now = ContinuousClock.now
        guard let due = nextCheck, due <= now else { return }
        nextCheck = nil
        for (id, job) in waiting where job.deadline <= now { end(id, .timeout(.total)) }
        for (id, transfer) in live {
            if let phase = transfer.overduePhase(at: now) { end(id, .timeout(phase)) }
        }
        for job in waiting.values { check(by: job.deadline) }
        for transfer in live.values { check(by: transfer.nextCheck(after: now)) }
    }

    // MARK: Ending

    private func end(_ id: UInt64, _ stop: TransferFacts.Stop) {
        if let job = waiting.removeValue(forKey: id) {
            resume(job, job.unsent(stop))
        } else if let transfer = live[id] {
            transfer.facts.stop = stop
            finish(transfer, CURLE_ABORTED_BY_CALLBACK)
        }
    }

    private func finish(_ transfer: Transfer, _ code: CURLcode) {
        let outcome = transfer.outcome(code)
        unsafe curl_multi_remove_handle(multi.pointer, transfer.easy)
        live[transfer.job.id] = nil
        admission.release(origin: transfer.job.target.origin)
        resume(transfer.job, outcome)
    }

    private func stopEverything() {
        let late = mailbox.close()
        for id in Array(waiting.keys) + Array(live.keys) { end(id, .shutDown) }
        for case .start(let job) in late { resume(job, job.unsent(.shutDown)) }
    }

    private func resume(_ job: TransferJob, _ outcome: TransferJob.Outcome) {
        job.continuation.resume(returning: outcome)
    }
}
