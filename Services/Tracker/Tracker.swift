internal import Runtime

/// Follows every remediation until its end is known, and alone says how each request stands.
@main
struct Tracker {
    static func main() {
        ServiceProgram.main(
            name: "tracker", summary: "Follows remediations to their end and publishes the state of every request.",
            configuration: TrackerConfiguration.self
        ) { configuration, context in
            try Tracker.components(configuration, context)
        }
    }
}
