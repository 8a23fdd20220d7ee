internal import Runtime

/// Finds what the platform detected but failed to stop, and publishes it.
@main
struct Detector {
    static func main() {
        ServiceProgram.main(
            name: "detector", summary: "Finds detections whose automatic protection failed.",
            configuration: DetectorConfiguration.self
        ) { configuration, context in
            try Detector.components(configuration, context)
        }
    }
}
