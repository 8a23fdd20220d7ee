internal import Synchronization

/// Starts components in order, runs all, and stops them in reverse, once, whatever happens in between.
///
/// `ServiceProgram` drives one from signals; a test drives one by `end(_:)`.
public final class Lifecycle: Sendable {
    /// Why a service ends.
    public enum Cause: Sendable {
        /// Somebody sent this signal.
        case signal(Int32)
        /// The program itself asked for it.
        case requested
        /// A component's `run()` returned by itself.
        case ended(component: String)
        /// A component failed to start or to run, or the components could not be made.
        case failed(component: String, any Error)
    }

    private let logger: Logger
    private let readiness: Readiness
    private let started: ReadinessCondition
    private let watchdog: ShutdownWatchdog?
    private let cause = OneShot<Cause>()
    private let step = Mutex("assembly")
    private let deadline: Duration?
    private let stopEnd = Mutex<ContinuousClock.Instant?>(nil)

    /// What is kept of the deadline for what no component can shorten.
    private static let reserve = Duration.seconds(2)

    /// A lifecycle that tells `readiness` when all have started and when the end begins.
    ///
    /// When the end takes longer than `deadline`, `hung` is called with what it hangs in, on a thread of its own: tasks
    /// cannot be abandoned, so only the process can go. Without a deadline it is waited for as long as it takes.
    public init(
        logger: Logger, readiness: Readiness, deadline: Duration? = nil,
        hung: @escaping @Sendable (_ step: String) -> Void = { _ in }
    ) {
        self.logger = logger.named("lifecycle")
        self.readiness = readiness
        started = readiness.condition("started")
        self.deadline = deadline
        watchdog = deadline.map { ShutdownWatchdog(deadline: $0, hung: hung) }
    }

    /// Begins the end, from any thread: not ready from this moment on. Only the first cause counts.
    public func end(_ cause: Cause) {
        readiness.beginStopping()
        stopEnd.withLock { end in
            if end == nil { end = deadline.map { .now + max($0 - Self.reserve, .zero) } }
        }
        guard self.cause.set(cause) else { return }
        watchdog?.arm { self.step.withLock { $0 } }
        log(cause)
    }

    /// Makes the components and runs them to the end.
    ///
    /// - Returns: 0 after a signal or a request; after an error the code that it asks for, else 1; 1 also when a component
    ///   failed while it was being stopped.
    public func run(_ assemble: @escaping @Sendable () async throws -> [any Component]) async -> ExitCode {
        let starting = Task { await self.start(assemble) }
        let interrupter = Task {
            _ = await self.cause.get()
            starting.cancel()
        }
        let running = launch(await starting.value)
        let cause = await cause.get()
        await interrupter.value
        let stoppedCleanly = await stop(running)
        watchdog?.disarm()
        let code = exitCode(cause)
        return code == .done && !stoppedCleanly ? .failed : code
    }

    private func start(_ assemble: @Sendable () async throws -> [any Component]) async -> [any Component] {
        var up: [any Component] = []
        var current = "assembly"
        do {
            for component in try await assemble() {
                try Task.checkCancellation()
                current = component.name
                step.withLock { $0 = "start of \(current)" }
                try await component.start()
                up.append(component)
                logger.debug("component started", [.component: .string(current)])
            }
        } catch {
            end(.failed(component: current, error))
        }
        return up
    }

    private func launch(_ components: [any Component]) -> [RunningComponent] {
        guard cause.current == nil else { return components.map { RunningComponent(component: $0, task: nil) } }
        let running = components.map { component in
            RunningComponent(component: component, task: Task { await self.run(component) })
        }
        started.set(true)
        logger.info("service started")
        return running
    }

    /// Whether the component ran without failing.
    private func run(_ component: any Component) async -> Bool {
        do {
            try await component.run()
            end(.ended(component: component.name))
            return true
        } catch is CancellationError where cause.current != nil {
            return true
        } catch {
            let isLate = cause.current != nil
            end(.failed(component: component.name, error))
            if isLate {
                logger.error(
                    "component failed while stopping",
                    [.component: .string(component.name), .error: .string("\(error)")])
            }
            return false
        }
    }

    /// Stops one after the other, each to the end of its `run()`; whether none failed.
    private func stop(_ running: [RunningComponent]) async -> Bool {
        var allRanWell = true
        for entry in running.reversed() {
            let name = entry.component.name
            step.withLock { $0 = "stop of \(name)" }
            await StopTime.$end.withValue(stopEnd.withLock { $0 }) { await entry.component.stop() }
            step.withLock { $0 = "run of \(name), after its stop" }
            entry.task?.cancel()
            if let task = entry.task, await !task.value { allRanWell = false }
            logger.debug("component stopped", [.component: .string(name)])
        }
        return allRanWell
    }

    private func log(_ cause: Cause) {
        switch cause {
        case .signal(let number):
            logger.info("service stopping", [.signal: .string(TerminationSignals.name(number))])
        case .requested:
            logger.info("service stopping")
        case .ended(let component):
            logger.error("component ended by itself", [.component: .string(component)])
        case .failed(let component, let error):
            logger.error("component failed", [.component: .string(component), .error: .string("\(error)")])
        }
    }

    private func exitCode(_ cause: Cause) -> ExitCode {
        switch cause {
        case .signal, .requested: .done
        case .ended: .failed
        case .failed(_, let error): ExitCode(of: error)
        }
    }
}

/// A started component and the task of its `run()`; nil if the end came before it ran.
private struct RunningComponent {
    let component: any Component
    let task: Task<Bool, Never>?
}
