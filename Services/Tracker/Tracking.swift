internal import Runtime

/// Runs the desk with the service.
struct Tracking<Time: Clock>: Component where Time.Duration == Duration {
    let name = "tracking"
    let desk: TrackingDesk<Time>

    func start() async throws { await desk.begin() }

    func stop() async { await desk.end(within: StopTime.share(atMost: .seconds(6), leaving: .seconds(6))) }
}
