import Runtime

@main
struct Remediator {
    static func main() {
        ServiceProgram.main(
            name: "remediator",
            summary: "Plans responses to detections, and has the console carry out what is asked for and allowed.",
            configuration: RemediatorConfiguration.self
        ) { configuration, context in
            try Remediator.components(configuration, context)
        }
    }
}
