internal import Pipeline
internal import Runtime

/// Runs the desk with the service.
struct Tracking<Time: Clock>: Component where Time.Duration == Duration {
    let name = "tracking"
    let desk: TrackingDesk<Time>
    let topics: TopicsComponent

    func start() async throws { await desk.begin(partitionCount: topics.partitionCount) }

    func stop() async { await desk.end(within: .seconds(6)) }
}
