/// Keys that Kubernetes puts into every container for each of its services: for one called `detector`,
/// `DETECTOR_SERVICE_HOST`, `DETECTOR_SERVICE_PORT_HTTP`, `DETECTOR_PORT`, `DETECTOR_PORT_8080_TCP_ADDR`…
/// They look like ours and are not.
enum OrchestratorKey {
    static func matches(_ name: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.hasSuffix("_PORT") { return true }
        guard let range = name.firstRange(of: "_PORT_") else { return false }
        let rest = name[range.upperBound...].split(separator: "_")
        return rest.count >= 2 && Int(rest[0]) != nil && ["TCP", "UDP", "SCTP"].contains(rest[1])
    }
}
