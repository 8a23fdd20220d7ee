import CCurl
import Synchronization

/// The thread that owns libcurl, seen from outside: orders go in through the mailbox, outcomes come back by continuation.
final class TransferEngine: Sendable {
    private enum Lifecycle {
        case running
        case stopping([CheckedContinuation<Void, Never>])
        case stopped
    }

    private static let isLibraryReady: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    private let mailbox: Mailbox
    private let thread: EngineThread
    private let lifecycle = Mutex(Lifecycle.running)

    init(_ configuration: HTTPClientConfiguration) throws(HTTPClientSetupError) {
        guard Self.isLibraryReady, let multi = unsafe MultiHandle(curl_multi_init()) else {
            throw HTTPClientSetupError("libcurl cannot be initialised")
        }
        let mailbox = Mailbox { multi.wake() }
        do {
            thread = try EngineThread(named: "http-client") {
                TransferLoop(multi: multi, mailbox: mailbox, configuration: configuration).run()
            }
        } catch {
            multi.cleanUp()
            throw error
        }
        self.mailbox = mailbox
    }

    func start(_ job: TransferJob) {
        if !mailbox.post(.start(job)) { job.continuation.resume(returning: job.unsent(.shutDown)) }
    }

    func cancel(_ id: UInt64) { mailbox.post(.cancel(id)) }

    /// Ends the thread without waiting for it.
    func stop() {
        let isFirst = lifecycle.withLock { lifecycle in
            guard case .running = lifecycle else { return false }
            lifecycle = .stopping([])
            return true
        }
        guard isFirst else { return }
        mailbox.post(.stop)
        // Joining blocks, so it has a thread of its own. Without one the loop still ends, only nobody sees it off.
        do {
            try EngineThread(named: "http-client-end") { [self] in
                thread.join()
                hasStopped()
            }.detach()
        } catch {
            thread.detach()
            hasStopped()
        }
    }

    /// Ends the thread and waits until it has ended.
    func shutdown() async {
        stop()
        await withCheckedContinuation { continuation in
            let isOver = lifecycle.withLock { lifecycle in
                guard case .stopping(let waiting) = lifecycle else { return true }
                lifecycle = .stopping(waiting + [continuation])
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    private func hasStopped() {
        let waiting = lifecycle.withLock { lifecycle -> [CheckedContinuation<Void, Never>] in
            guard case .stopping(let waiting) = lifecycle else { return [] }
            lifecycle = .stopped
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
