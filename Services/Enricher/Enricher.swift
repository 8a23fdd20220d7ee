internal import Runtime

/// Gives every indicator of a detection a verdict.
@main
struct Enricher {
    static func main() {
        ServiceProgram.main(
            name: "enricher", summary: "Looks up the reputation of what detections hold.",
            configuration: EnricherConfiguration.self
        ) { configuration, context in
            try Enricher.components(configuration, context)
        }
    }
}
